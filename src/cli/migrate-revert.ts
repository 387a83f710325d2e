import { revertCommand } from './migrate-command.js';
import { program } from './program.js';

await program(revertCommand);
