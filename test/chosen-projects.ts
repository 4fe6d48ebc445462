/** What `--project` names on the command line; none is all of them. */
export const chosenProjects: readonly string[] = process.argv.flatMap((arg, i, all) =>
  arg === '--project' ? [all[i + 1]] : arg.startsWith('--project=') ? [arg.slice('--project='.length)] : [],
);
