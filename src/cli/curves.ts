import { writeFileSync } from 'node:fs';
import { projectFile } from '../config/project-file.js';
import { scoreCharts } from './charts/score-charts.js';

for (const { file, svg } of scoreCharts()) writeFileSync(projectFile(`docs/curves/${file}`), svg);
