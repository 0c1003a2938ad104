#pragma once

#include "core/addressbook/AddressBook.h"
#include "core/base/encoding/Hex.h"
#include "core/policy/store/PolicyStore.h"
#include "core/signing/explanation/JobExplainer.h"
#include "core/signing/policy/JobPolicy.h"
#include "tests/support/fixtures/signing/SigningScene.h"

namespace countersign::testing {

/// What wholeTransaction() sends.
inline constexpr const char* testEther = "eip155:11155111/slip44:60";
inline constexpr UnixMillis hourMillis = 3'600'000;

/// A desk with a policy, whose jobs are approved by it and signed without a ceremony.
struct PolicyScene : SigningScene
{
    SigningServices partsWithExplainer()
    {
        SigningServices made = parts();
        explainer->useProfile(profile.vault, profile.clock);
        made.explainer = [this] { return explainer; };
        return made;
    }

    /// rules: with commas between.
    void setPolicy(const std::string& rules, const std::string& more = {})
    {
        const std::string text = R"({"version":1,"name":"test",)" + more + R"("rules":[)" + rules + "]}";
        const auto set =
            PolicyStore(*profile.database, *profile.vault, audit, profile.clock).set(asBytes(text));
        if (!set) {
            qFatal("no policy: %s", qUtf8Printable(set.error().sentence));
        }
    }
    /// At most so much a day, with these other conditions; else it is blocked.
    void limitTo(const std::string& max, const std::string& other = {})
    {
        setPolicy(R"({"id":"limit","when":{)" + other + (other.empty() ? "" : ",") +
                  R"("perPeriod":{"hours":24,"max":")" + max +
                  R"("}},"then":{"approvals":1}},{"id":"rest","when":{},"then":{"block":"Too much."}})");
    }

    /// A transaction that is ready to be approved.
    Job pay(const std::string& value, int nonce)
    {
        Json json = wholeTransaction(nonce);
        json["value"] = value;
        const Job job = submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", json}}));
        const auto payload = VerifiedJob::of(job)->payload();
        return *store.setPreparation(
            job.jobId, {payload->prepared, payload->digest, {}, payload->chainId, payload->nonce});
    }

    Result<JudgedJob> judge(const Job& job) const { return policy->judge(*VerifiedJob::of(job)); }
    /// The rule that decides; "error", "built-in".
    std::string ruleFor(const Job& job) const
    {
        const auto judged = judge(job);
        return judged ? judged->decision.rule.value_or("built-in") : "error";
    }

    /// As the desk does it: judged under the write lock. Denied where it is blocked.
    Result<Job> approve(const Job& job, bool again = false)
    {
        return store.approve(job.jobId, again, [&](const Job& row) -> Result<NewApproval> {
            ASSIGN_OR_RETURN(const auto judged, judge(row));
            if (judged.decision.block) {
                return failure(ErrorCode::Denied, QString::fromStdString(*judged.decision.block));
            }
            return NewApproval{EngineKind::Sdk, row.digest, Bytes(32), profile.clock.now()};
        });
    }
    Job move(const Job& job, JobState from, JobState to)
    {
        JobChange change;
        if (to == JobState::Signed) {
            change.signature = Bytes(65, 2);
        }
        return *store.move(job.jobId, std::array{from}, to, change);
    }
    Result<Job> sign(const Job& job)
    {
        RETURN_IF_ERROR(approve(job));
        RETURN_IF_ERROR(store.beginSigning(job.jobId, EngineKind::Sdk));
        return move(job, JobState::Signing, JobState::Signed);
    }

    void run(const std::string& sql) { profile.database->handle().exec(sql); }
    void later(UnixMillis step) { profile.clock.advance(std::chrono::milliseconds(step)); }
    /// As another program over the same profile, which has read nothing yet.
    void restart() { policy = std::make_unique<JobPolicy>(services); }

    std::shared_ptr<JobExplainer> explainer = std::make_shared<JobExplainer>();
    SigningServices services = partsWithExplainer();
    std::unique_ptr<JobPolicy> policy = std::make_unique<JobPolicy>(services);
};

}  // namespace countersign::testing
