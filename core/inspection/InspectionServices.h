#pragma once

#include "core/dynamic/InspectionApi.h"
#include "core/vault/Vault.h"

#include <functional>
#include <memory>

namespace countersign {

/// What those who ask Dynamic for inspection work with; the composition root decides.
struct InspectionServices
{
    std::shared_ptr<Vault> vault;
    Database* database = nullptr;  ///< of their thread
    const Clock* clock = nullptr;
    /// Called when a run begins, with the settings of then; may refuse with what is missing.
    std::function<Result<std::unique_ptr<InspectionApi>>()> api;
};

}  // namespace countersign
