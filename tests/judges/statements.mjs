// Reads xAPI statements as a JSON array from the standard input; writes what npm xapi-validation finds wrong with them.
import fs from "node:fs";
import validation from "xapi-validation";

const statements = JSON.parse(fs.readFileSync(0, "utf8"));
const faults = statements.flatMap((statement) => validation.default(statement).map((each) => `${statement.id}: ${each}`));
process.stdout.write(JSON.stringify({ checked: statements.length, faults }));
