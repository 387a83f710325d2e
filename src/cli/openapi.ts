import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { projectFile } from '../config/project-file.js';
import { openApiJson } from './openapi-json.js';

writeFileSync(projectFile('openapi.json'), await openApiJson());
