/** Which mutation creates, changes and ends what a form is about. */
import { ask } from "@/asking";
import { CreateDataCenter } from "./create-data-center.generated";
import { CreateDataLake } from "./create-data-lake.generated";
import { CreateDataPipeline } from "./create-data-pipeline.generated";
import { CreateDataWarehouse } from "./create-data-warehouse.generated";
import { CreateMessageBroker } from "./create-message-broker.generated";
import { CreateRecord } from "./create-record.generated";
import { DeleteRecord } from "./delete-record.generated";
import type { AssetKind } from "./forms";
import { RetireDataCenter } from "./retire-data-center.generated";
import { RetireDataLake } from "./retire-data-lake.generated";
import { RetireDataPipeline } from "./retire-data-pipeline.generated";
import { RetireDataWarehouse } from "./retire-data-warehouse.generated";
import { RetireMessageBroker } from "./retire-message-broker.generated";
import { UpdateDataCenter } from "./update-data-center.generated";
import { UpdateDataLake } from "./update-data-lake.generated";
import { UpdateDataPipeline } from "./update-data-pipeline.generated";
import { UpdateDataWarehouse } from "./update-data-warehouse.generated";
import { UpdateMessageBroker } from "./update-message-broker.generated";
import { UpdateRecord } from "./update-record.generated";

export type Sent = Record<string, string | number | null>;

/** Since when it holds and why; what is null is left to the server. */
export interface Said {
  validFrom: string | null;
  reason: string | null;
}

/** How one kind of thing is written; each answers the id of what was written. */
export interface Writer {
  create: (input: Sent, said: Said) => Promise<string>;
  update: (id: string, input: Sent, said: Said) => Promise<string>;
  end: (id: string, said: Said) => Promise<string>;
}

/** Writes golden records of a type; they take no reason, what they hold comes with who said it. */
export function recordWriter(type: string): Writer {
  return {
    create: async (attributes, { validFrom }) => (await ask(CreateRecord, { type, attributes, validFrom })).createEntity.id,
    update: async (id, attributes, { validFrom }) => (await ask(UpdateRecord, { type, id, attributes, validFrom })).updateEntity.id,
    end: async (id, { validFrom }) => (await ask(DeleteRecord, { type, id, validFrom })).deleteEntity.id,
  };
}

// What a form holds is what its input type asks for: the names of the fields are those of the schema, and the server
// says which of them it does not take.
type Input = never;

export const ASSET_WRITERS: Readonly<Record<AssetKind, Writer>> = {
  DATA_CENTER: {
    create: async (input, said) => (await ask(CreateDataCenter, { input: input as Input, ...said })).createDataCenter.id,
    update: async (id, input, said) => (await ask(UpdateDataCenter, { id, input, ...said } as Input)).updateDataCenter.id,
    end: async (id, said) => (await ask(RetireDataCenter, { id, ...said })).retireDataCenter.id,
  },
  DATA_LAKE: {
    create: async (input, said) => (await ask(CreateDataLake, { input: input as Input, ...said })).createDataLake.id,
    update: async (id, input, said) => (await ask(UpdateDataLake, { id, input, ...said } as Input)).updateDataLake.id,
    end: async (id, said) => (await ask(RetireDataLake, { id, ...said })).retireDataLake.id,
  },
  DATA_WAREHOUSE: {
    create: async (input, said) => (await ask(CreateDataWarehouse, { input: input as Input, ...said })).createDataWarehouse.id,
    update: async (id, input, said) => (await ask(UpdateDataWarehouse, { id, input, ...said } as Input)).updateDataWarehouse.id,
    end: async (id, said) => (await ask(RetireDataWarehouse, { id, ...said })).retireDataWarehouse.id,
  },
  PIPELINE: {
    create: async (input, said) => (await ask(CreateDataPipeline, { input: input as Input, ...said })).createDataPipeline.id,
    update: async (id, input, said) => (await ask(UpdateDataPipeline, { id, input, ...said } as Input)).updateDataPipeline.id,
    end: async (id, said) => (await ask(RetireDataPipeline, { id, ...said })).retireDataPipeline.id,
  },
  MESSAGE_BROKER: {
    create: async (input, said) => (await ask(CreateMessageBroker, { input: input as Input, ...said })).createMessageBroker.id,
    update: async (id, input, said) => (await ask(UpdateMessageBroker, { id, input, ...said } as Input)).updateMessageBroker.id,
    end: async (id, said) => (await ask(RetireMessageBroker, { id, ...said })).retireMessageBroker.id,
  },
};
