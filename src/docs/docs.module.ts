import { Module } from '@nestjs/common';
import { DocsController } from './docs.controller.js';

/** The API's description, for programs and for people. */
@Module({ controllers: [DocsController] })
export class DocsModule {}
