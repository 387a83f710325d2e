import { migrateCommand } from './migrate-command.js';
import { program } from './program.js';

await program(migrateCommand);
