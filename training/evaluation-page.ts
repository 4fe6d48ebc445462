export function writeEvaluation(_r: unknown, _o: string): void {}
