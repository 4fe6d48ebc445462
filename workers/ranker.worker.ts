import { expose } from 'comlink';
import { Ranker } from './ranker.ts';

expose(new Ranker());
