/**
 * What `#openapi` means while the service runs: decorators that describe nothing. The API is described by a file, written
 * by `npm run openapi` with those of @nestjs/swagger, which cost every process 10 MB and half a second.
 */
const describesNothing = (): (() => void) => () => undefined;

export {
  describesNothing as ApiBearerAuth,
  describesNothing as ApiBody,
  describesNothing as ApiCreatedResponse,
  describesNothing as ApiExcludeController,
  describesNothing as ApiHeader,
  describesNothing as ApiNoContentResponse,
  describesNothing as ApiOkResponse,
  describesNothing as ApiOperation,
  describesNothing as ApiParam,
  describesNothing as ApiProduces,
  describesNothing as ApiProperty,
  describesNothing as ApiPropertyOptional,
  describesNothing as ApiServiceUnavailableResponse,
  describesNothing as ApiTags,
};
