import { program } from './program.js';
import { userCommand } from './user-command.js';

await program(userCommand);
