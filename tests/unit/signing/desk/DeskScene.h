#pragma once

#include "core/crypto/envelopes/Dsse.h"
#include "core/signing/desk/JobDesk.h"
#include "core/signing/reporting/DeskKey.h"
#include "tests/support/Waiting.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

#include <array>

namespace countersign::testing {

/// Test fixture of the desk, over the scene of signing: approving, step by step or in one go, crashing, and
/// what the relay was told.
struct DeskScene : SigningScene
{
    JobDesk desk{parts()};

    Result<Job> prepare(const std::string& jobId, bool refill = false)
    {
        return waitFor<Result<Job>>([&](auto done) { desk.prepare(jobId, refill, done); });
    }

    Result<Job> approve(JobDesk::Approval approval)
    {
        return waitFor<Result<Job>>([&](auto done) { desk.approve(std::move(approval), done); });
    }
    Result<Job> approve(const std::string& jobId) { return approve(JobDesk::Approval{.jobId = jobId}); }

    Status report()
    {
        return waitFor<Status>([&](auto done) { desk.report(done); });
    }

    /// An approval that is under way; answers are collected.
    void begin(JobDesk::Approval approval)
    {
        desk.approve(std::move(approval), [this](const Result<Job>& job) { answers.push_back(job); });
    }
    void begin(const std::string& jobId) { begin(JobDesk::Approval{.jobId = jobId}); }

    /// Another program that approves, and ends by a crash when it is where `there` holds.
    void crash(JobDesk::Approval approval, const std::function<bool()>& there)
    {
        JobDesk other(parts());
        other.approve(std::move(approval), [](const Result<Job>&) {});
        if (!waitUntil(there, 20000)) {
            qFatal("the program that was to crash did not get there");
        }
    }

    /// The approval is stored, and nothing else was done.
    void crashApproved(const std::string& jobId)
    {
        api.wallet.isSilent = true;
        crash(JobDesk::Approval{.jobId = jobId}, [&] { return api.wallet.held == 1; });
        api.wallet.isSilent = false;
    }

    Job transaction(const Json& json = openTransaction(), bool broadcast = false,
                    const std::string& reason = {})
    {
        return submit(documentOf(evmWalletId, "evm.transaction", {{"transaction", json}},
                                 {{"broadcast", broadcast}, {"reason", reason}}));
    }

    Result<Job> put(const std::string& jobId, JobState state, const JobChange& change = {})
    {
        return store.move(jobId, std::array{stateOf(jobId)}, state, change);
    }

    std::optional<EvmReceipt> mined() { return EvmReceipt{"0x", "0xblock", 1, true}; }

    /// What the relay was told of a job, verified with the desk's key.
    std::vector<Json> told(const std::string& jobId)
    {
        const auto seed = deskSeed(*profile.database, *profile.vault, audit, profile.clock);
        const std::array<ed25519::PublicKey, 1> keys = {*ed25519::publicKey(*seed)};
        std::vector<Json> events;
        for (const auto& [job, text] : relay.posted) {
            const auto envelope = parseDsse(text);
            if (job == jobId && envelope && envelope->payloadType == jobEventPayloadType &&
                verifyDsse(*envelope, keys)) {
                events.push_back(*parseJson(asText(envelope->payload)));
            }
        }
        return events;
    }

    std::vector<Result<Job>> answers;
};

inline std::string textOf(const Json& json, const char* member)
{
    return json.at(member).get<std::string>();
}

}  // namespace countersign::testing
