import type { Feature } from '../feature/feature.ts';
import { Comment } from './comment.entity.ts';
import { commentPolicy } from './comment.policy.ts';
import { createCommentResolvers } from './comments.resolvers.ts';
import { commentById, type CommentsDeps, createComments, searchComments } from './comments.service.ts';

export const commentsFeature = {
  entities: [Comment],
  policies: [commentPolicy],
  nodeTypes: { Comment: { table: 'comments', load: commentById } },
  searchSource: searchComments,
  create: (deps) => createCommentResolvers({ comments: createComments(deps) }),
} satisfies Feature<CommentsDeps>;
