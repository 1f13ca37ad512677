/** Types of every query of the app, from the committed schema: a wrong field or variable fails the type check. */
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: process.env.TALLYSTICK_SCHEMA ?? '../server/schema.graphql',
  documents: ['src/**/*.{ts,tsx}', '!src/lib/graphql/**'],
  generates: {
    './src/lib/graphql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        importExtension: '.ts',
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        defaultScalarType: 'unknown',
        nonOptionalTypename: true,
        scalars: {
          Date: 'string',
          DateTime: 'string',
          Decimal: 'string',
          Bytes: 'string',
          Upload: 'File',
        },
      },
    },
  },
};

export default config;
