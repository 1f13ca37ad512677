/** `chain <command>`: finds the command and passes the rest of the line on. */
import { inspectCommand } from './cli/inspect.ts';
import { verifyCommand } from './cli/verify.ts';

const [command = '', ...args] = process.argv.slice(2);
switch (command) {
  case 'verify':
    process.exitCode = await verifyCommand(args, process.stdout);
    break;
  case 'inspect':
    process.exitCode = await inspectCommand(args, process.stdout);
    break;
  default:
    process.stderr.write('usage: chain verify FILE [--anchor FILE] [--json]\n');
    process.stderr.write('       chain inspect HOME [--json]\n');
    process.exitCode = 1;
}
