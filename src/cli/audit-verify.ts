import { auditVerifyCommand } from './audit-verify-command.js';
import { program } from './program.js';

await program(auditVerifyCommand);
