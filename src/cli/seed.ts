import { program } from './program.js';
import { seedCommand } from './seed-command.js';

await program(seedCommand);
