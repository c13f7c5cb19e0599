// A schema by TypeGraphQL. Node leaves decorators to a compiler, which `decorators.ts` is here:
// `npm run example -- --import ./examples/code-first/decorators.ts examples/code-first/type-graphql.ts`

import type { GraphQLResolveInfo } from 'graphql';
import 'reflect-metadata';
import type { AccessRule } from 'sallyport/authorization';
import { Arg, buildSchema, Extensions, Field, ID, Info, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { note, notes, rename, serveLines, type Note } from './notes.ts';

/** Says who may use a field or a type, as the extension that `guardSchema` reads. */
const Access = (rule: AccessRule<'EDITOR'>) => Extensions({ access: rule });

@Access({ can: 'read' })
@ObjectType('Note')
class NoteType implements Pick<Note, 'id' | 'title' | 'remarks'> {
  @Field(() => ID)
  declare readonly id: string;

  @Field(() => String)
  declare readonly title: string;

  @Access({ roles: ['EDITOR'] })
  @Field(() => String, { nullable: true })
  declare readonly remarks: string;
}

@Resolver()
class Notes {
  @Access({ public: true })
  @Query(() => [NoteType])
  notes(): NoteType[] {
    return notes();
  }

  @Access({ can: 'read' })
  @Query(() => NoteType, { nullable: true })
  note(@Arg('id', () => ID) _id: string, @Info() info: GraphQLResolveInfo): NoteType {
    return note(info);
  }

  @Access({ can: 'rename' })
  @Mutation(() => NoteType, { nullable: true })
  renameNote(
    @Arg('id', () => ID) _id: string,
    @Arg('title', () => String) title: string,
    @Info() info: GraphQLResolveInfo,
  ): NoteType {
    return rename(title, info);
  }
}

serveLines(await buildSchema({ resolvers: [Notes], validate: false }));
