#include "core/signing/desk/JobDeskCore.h"

#include "core/audit/TrustedSettings.h"
#include "core/crypto/primitives/Hmac.h"
#include "core/delegation/WalletCatalog.h"
#include "core/settings/KnownSettings.h"
#include "core/signing/store/JobRows.h"

#include <algorithm>

namespace countersign {

namespace {

/// Another purpose than that of the version whose code covered less, so that none of its codes counts.
constexpr std::string_view approvalKeyPurpose = "approve2";
constexpr UnixMillis freshApproval = 5LL * 60 * 1000;

void append(Bytes& message, BytesView field)
{
    // Lengths in front, so that no two sets of fields read alike.
    const std::string length = std::to_string(field.size()) + ':';
    message.insert(message.end(), length.begin(), length.end());
    message.insert(message.end(), field.begin(), field.end());
}

}  // namespace

JobDesk::Core::Core(SigningServices given)
    : parts(std::move(given)),
      audit(*parts.database, *parts.vault, *parts.clock),
      store(*parts.database, audit, *parts.clock),
      intake(*parts.database, *parts.vault, *parts.clock),
      preparer(parts, store),
      reports(parts, store, audit)
{
    reports.setWorkingOn([this](const std::string& jobId) { return runs.count(jobId) != 0; });
}

QString JobDesk::Core::changedSentence()
{
    return tr("What would be signed has changed since it was shown. Look at it again.");
}

Result<std::string> JobDesk::Core::setting(std::string_view key) const
{
    return TrustedSettings(*parts.database, *parts.vault)
        .get(key)
        .map([](const std::optional<std::string>& value) { return value.value_or(std::string()); });
}

Result<int> JobDesk::Core::confirmations() const
{
    // Whatever stands in the file: what is no number of blocks is the default.
    return setting(settingKeys::rpcConfirmations).map([](const std::string& text) {
        const std::string_view fallback = settingDefault(settingKeys::rpcConfirmations);
        const auto checked = checkSetting(settingKeys::rpcConfirmations, text.empty() ? fallback : text);
        return QString::fromStdString(checked.value_or(std::string(fallback))).toInt();
    });
}

Result<EngineKind> JobDesk::Core::engine(std::optional<EngineKind> wanted) const
{
    if (wanted) {
        return *wanted;
    }
    return setting(settingKeys::engine).map([](const std::string& text) {
        return engineKindFrom(text).value_or(defaultEngine());
    });
}

Status JobDesk::Core::checkSettings(std::optional<EngineKind> wanted) const
{
    const auto kind = engine(wanted);
    if (!kind) {
        return failure(kind.error());
    }
    std::vector<std::string_view> keys = {settingKeys::environment, settingKeys::apiBase, settingKeys::engine,
                                          settingKeys::mpcRelayDomain, settingKeys::rpcConfirmations};
    if (*kind == EngineKind::Enclave) {
        keys.insert(keys.end(), {settingKeys::enclaveUrl, settingKeys::enclaveRoot, settingKeys::enclavePcr8,
                                 settingKeys::enclaveTimeout});
    }
    return TrustedSettings(*parts.database, *parts.vault).get(keys).map([](const auto&) {});
}

bool JobDesk::Core::isFresh(UnixMillis approvedAt) const
{
    return parts.clock->now() - approvedAt <= freshApproval;
}

QString JobDesk::Core::whyNotApprovable(JobState state)
{
    switch (state) {
        case JobState::Failed:
            return tr(
                "The job failed. Mend what it names, then \"approve again\" (--again) opens another "
                "ceremony.");
        case JobState::Expired:
            return tr("The job expired. Ask its submitter for a new one if it is still wanted.");
        case JobState::Approved:
        case JobState::Signing:
            return tr("The job is %1 already. Wait for how it ends.").arg(stateName(state));
        case JobState::Signed:
        case JobState::Broadcast:
        case JobState::Confirmed:
            return tr("The job is %1 already, so it cannot be approved. Its result is shown with it "
                      "(jobs show).")
                .arg(stateName(state));
        default:
            return tr("The job is %1, so it cannot be approved. Ask its submitter for a new one if it is "
                      "still wanted.")
                .arg(stateName(state));
    }
}

Status JobDesk::Core::mayApprove(const Job& job, bool again) const
{
    if (job.state == JobState::Interrupted && !again) {
        return failure(ErrorCode::Denied,
                       tr("A crash left the outcome of this job's ceremony unknown: its signature may exist "
                          "already. Only \"approve again\" (--again) opens another ceremony."));
    }
    const bool repeatable = job.state == JobState::Interrupted || job.state == JobState::Failed;
    if (job.state != JobState::Pending && !(repeatable && again)) {
        return failure(ErrorCode::Denied, whyNotApprovable(job.state));
    }
    if (job.expiresAt <= parts.clock->now()) {
        return failure(ErrorCode::Denied,
                       tr("The job expired. Ask its submitter for a new one if it is still wanted."));
    }
    const auto usable = DelegationStore(*parts.database).currentEvent(job.walletId);
    if (!usable && usable.error().code == ErrorCode::NotFound) {
        return failure(ErrorCode::Denied, usable.error().sentence, usable.error().detail);
    }
    return usable.map([](const std::string&) {});
}

Status JobDesk::Core::checkBroadcastable(const Job& job, const ReadJob& read) const
{
    if (!job.broadcast) {
        return {};
    }
    if (const auto* request = std::get_if<EvmTransactionRequest>(&read.content)) {
        return parts.evmRpc(toDecimal(request->chainId)).map([](const auto&) {});
    }
    const auto* transaction = std::get_if<SolanaTransaction>(&read.content);
    if (transaction != nullptr) {
        for (const SolanaAddress& signer : transaction->missingSigners()) {
            if (toText(signer) != job.address) {
                return failure(
                    ErrorCode::InvalidInput,
                    tr("The transaction also needs the signature of %1 before it can be sent. Have it "
                       "signed there first, or ask for a job without broadcast.")
                        .arg(QString::fromStdString(toText(signer))));
            }
        }
    }
    return parts.solanaRpc().map([](const auto&) {});
}

Status JobDesk::Core::checkNonce(const Job& job, const SigningPayload& plan) const
{
    const bool resolvedNonce = std::any_of(job.resolved.begin(), job.resolved.end(),
                                           [](const ResolvedField& field) { return field.name == "nonce"; });
    if (!resolvedNonce || !plan.chainId || !plan.nonce) {
        return {};
    }
    const auto user = store.nonceUser(job.walletId, *plan.chainId, *plan.nonce, job.jobId);
    if (!user) {
        return failure(user.error());
    }
    if (*user) {
        return failure(ErrorCode::InvalidInput,
                       tr("Another job took the nonce meanwhile. Look at this one again."),
                       QString::fromStdString(**user));
    }
    return {};
}

Result<Bytes> JobDesk::Core::approvalMac(const Job& job, const JobStore::StoredApproval& row,
                                         const Approved& approved) const
{
    const auto key = parts.vault->deriveKey(approvalKeyPurpose);
    if (!key) {
        return failure(key.error());
    }
    Bytes message;
    const std::string resolved = resolvedToJson(job.resolved);
    for (const std::string_view field :
         {std::string_view(parts.vault->info().profileId), std::string_view(job.jobId), toText(job.origin),
          std::string_view(job.submitter), std::string_view(job.claimedSubmitter),
          std::string_view(job.walletId), std::string_view(job.chain), std::string_view(job.address),
          toText(job.kind), std::string_view(job.broadcast ? "broadcast" : "sign"),
          std::string_view(job.reason), std::string_view(resolved), toText(approved.engine),
          toText(approved.from)}) {
        append(message, asBytes(field));
    }
    for (const std::int64_t number :
         {row.deliveryId, std::int64_t(job.createdAt), std::int64_t(job.expiresAt),
          std::int64_t(job.attempts), std::int64_t(approved.at)}) {
        append(message, asBytes(std::to_string(number)));
    }
    append(message, row.submitterKey);
    append(message, approved.digest);
    const HmacSha256Tag tag = hmacSha256(key->view(), message);
    return Bytes(tag.begin(), tag.end());
}

Result<Job> JobDesk::Core::approve(const Job& seen, const Approval& approval)
{
    // Its entry is sealed with the one under which the share is opened (JobStore::move).
    return transact(*parts.database, [&]() -> Result<Job> {
        // Preparing takes no lock: another window may have filled in other values since.
        const auto job = store.load(seen.jobId);
        if (!job) {
            return job;
        }
        // A job that the relay has brought meanwhile needs a claim, which was not asked for.
        if (job->digest != seen.digest || job->origin != seen.origin) {
            return failure(ErrorCode::InvalidInput, changedSentence());
        }
        // Filling in and claiming take their time.
        if (auto still = mayApprove(*job, approval.again); !still) {
            return failure(still.error());
        }
        const auto read = readStoredJob(*job);
        const auto plan = read ? planOfStored(*job, *read) : failure(read.error());
        const auto free = plan ? checkNonce(*job, *plan) : failure(plan.error());
        if (!free) {
            return failure(free.error());
        }
        const auto kind = engine(approval.engine);
        const auto row = kind ? store.approval(job->jobId) : failure(kind.error());
        if (!row) {
            return failure(row.error());
        }
        JobChange change;
        change.isApproval = true;
        change.engine = *kind;
        change.approvedDigest = plan->digest;
        change.at = parts.clock->now();
        auto mac = approvalMac(*job, *row, {*kind, job->state, *change.at, plan->digest});
        if (!mac) {
            return failure(mac.error());
        }
        change.approvalMac = *std::move(mac);
        if (approval.again) {
            return store.moveWithin(job->jobId, approvableAgainStates, JobState::Approved, change);
        }
        return store.moveWithin(job->jobId, approvableStates, JobState::Approved, change);
    });
}

Result<JobCeremony::Order> JobDesk::Core::orderFor(const Job& job) const
{
    const auto read = readStoredJob(job);
    if (!read) {
        return failure(read.error());
    }
    auto content = withResolved(read->content, job.resolved);
    auto plan = content ? signingPayloadOf(job.kind, *content) : failure(content.error());
    const auto approved = store.approval(job.jobId);
    const auto wallet = WalletCatalog(*parts.database).find(job.walletId);
    if (!plan || !approved || !wallet) {
        return failure(!plan ? plan.error() : !approved ? approved.error() : wallet.error());
    }
    const EngineKind kind = job.engine.value_or(defaultEngine());
    const auto mac = approvalMac(job, *approved, {kind, job.approvedFrom, approved->at, plan->digest});
    auto relayDomain = setting(settingKeys::mpcRelayDomain);
    if (!mac || !relayDomain) {
        return failure(mac ? relayDomain.error() : mac.error());
    }
    // The prepared bytes and the number are what people and other jobs are shown; they follow from the plan.
    const bool sameBytes = job.engine && plan->digest == approved->digest && plan->digest == job.digest &&
                           plan->prepared == job.prepared;
    if (!sameBytes || !equalConstantTime(*mac, approved->mac)) {
        return failure(ErrorCode::Corrupt, tr("What is stored is not what was approved. Nothing was signed."),
                       QString::fromStdString(job.jobId));
    }
    JobCeremony::Order order;
    order.job = job;
    order.plan = *std::move(plan);
    order.content = *std::move(content);
    order.addressBytes = read->addressBytes;
    order.shareSetId = wallet->shareSetId;
    order.relayDomain = *std::move(relayDomain);
    if (order.relayDomain.empty()) {
        order.relayDomain = settingDefault(settingKeys::mpcRelayDomain);
    }
    order.engine = kind;
    return order;
}

}  // namespace countersign
