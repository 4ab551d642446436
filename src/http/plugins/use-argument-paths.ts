import type { Plugin } from 'graphql-yoga';
import { tellArgument } from '../argument-path.ts';

/** Mistakes in the document itself are answered as they come out of validation, and pass no other place. */
export function useArgumentPaths(): Plugin {
  return {
    onValidate: () => {
      return ({ result }) => {
        for (const error of result) tellArgument(error);
      };
    },
  };
}
