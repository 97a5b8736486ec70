import { parentPort } from 'node:worker_threads';
import { answerTasks } from '../../schema/registry/work/answer-tasks.ts';
import { createWorker } from '../../schema/registry/work/worker.ts';
import { plannerOf } from './planner-of.ts';

// A thread of `overlock registry serve`: what takes seconds is done here.
if (parentPort !== null) answerTasks(parentPort, createWorker(plannerOf));
