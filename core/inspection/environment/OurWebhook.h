#pragma once

#include "core/vault/Vault.h"

#include <string>

namespace countersign {

/// The webhook whose deliveries come here (design.md §9): the webhookId that the newest verified deliveries
/// carry, else setting dynamic.webhook. Empty: neither tells.
Result<std::string> ourWebhookId(Database& database, const Vault& vault);

}  // namespace countersign
