#pragma once

#include "core/audit/AuditLog.h"
#include "core/dynamic/DynamicApi.h"
#include "core/mpc/SigningEngine.h"
#include "core/rpc/EvmRpc.h"
#include "core/rpc/SolanaRpc.h"
#include "core/signing/relay/JobRelay.h"
#include "core/vault/Vault.h"

#include <functional>
#include <memory>

namespace countersign {

class JobExplainer;

/// What a JobDesk works with; the composition root decides. The makers are called when a job needs one, with
/// the settings of then; they may refuse with a sentence that says what is missing. A pause that a service
/// asked for binds whatever is made after it.
struct SigningServices
{
    std::shared_ptr<Vault> vault;
    Database* database = nullptr;  ///< of the desk's thread
    const Clock* clock = nullptr;
    std::function<Result<std::unique_ptr<DynamicApi>>()> dynamicApi;
    std::function<Result<std::unique_ptr<SigningEngine>>(EngineKind)> engine;
    /// chainId in decimal.
    std::function<Result<std::unique_ptr<EvmRpc>>(const std::string& chainId)> evmRpc;
    std::function<Result<std::unique_ptr<SolanaRpc>>()> solanaRpc;
    std::function<Result<std::unique_ptr<JobRelay>>()> relay;
    /// What jobs mean to this profile, with the descriptors that its settings name now: every judgement of a
    /// job and every statement about it rests on this one. Without it nothing but the bytes is explained.
    std::function<std::shared_ptr<JobExplainer>()> explainer;
};

}  // namespace countersign
