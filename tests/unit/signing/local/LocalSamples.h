#pragma once

#include "core/signing/local/LocalFacts.h"

#include <algorithm>

// Facts that the tests of the local rules make up.

namespace countersign::samples {

inline const std::string shop = "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045";
inline const std::string bank = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
/// Begins and ends like the shop's.
inline const std::string likeShop = "0xd8DA000000000000000000000000000000006045";
inline const std::string usdc = "eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";

inline JobParty payee(const std::string& address)
{
    return {.address = address,
            .key = addressKeyOf(address),
            .isPaid = true,
            .isEmpowered = false,
            .isCalled = false,
            .mints = {}};
}

inline JobPayment payment(const std::string& address, std::uint64_t amount, const std::string& asset = usdc)
{
    return {addressKeyOf(address), asset, Uint256(amount)};
}

/// A job that was understood and pays this, on Ethereum.
inline JobOutline paying(const std::vector<JobPayment>& payments)
{
    JobOutline outline;
    outline.chain = "eip155:1";
    outline.wallet = "0x1111111111111111111111111111111111111111";
    outline.understood = true;
    for (const JobPayment& one : payments) {
        outline.parties.push_back(payee(one.account));
    }
    outline.payments = payments;
    return outline;
}

inline LocalFacts factsOf(const JobOutline& outline)
{
    LocalFacts facts;
    facts.jobId = std::string(64, 'a');
    facts.digest = Bytes(32, 1);
    facts.now = 1'750'000'000'000;
    facts.outline = outline;
    return facts;
}

/// Signed an hour ago.
inline OtherJob signedJob(const JobOutline& outline, JobState state = JobState::Confirmed)
{
    return {.jobId = std::string(64, 'b'),
            .state = state,
            .isSigned = true,
            .signedAt = 1'750'000'000'000 - 3'600'000,
            .digest = Bytes(32, 2),
            .outline = outline};
}

inline OtherJob openJob(const JobOutline& outline)
{
    OtherJob job = signedJob(outline, JobState::Pending);
    job.isSigned = false;
    job.digest.clear();
    return job;
}

inline AddressEntry inBook(const std::string& address, const std::string& name,
                           const std::vector<std::string>& lists = {}, const std::string& chain = "eip155:1")
{
    return {.chain = chain, .address = address, .name = name, .tags = {}, .lists = lists, .changedAt = 0};
}

inline void put(LocalFacts& facts, const AddressEntry& entry)
{
    facts.entries[addressKeyOf(entry.address)].push_back(entry);
    const bool isAllowed = std::ranges::find(entry.lists, allowList) != entry.lists.end();
    facts.hasAllowList = facts.hasAllowList || isAllowed;
}

/// "warning" of the first finding with this id; "" where there is none.
inline std::string gravity(const std::vector<meaning::Finding>& findings, const char* id)
{
    const auto found = std::ranges::find(findings, id, &meaning::Finding::id);
    return found == findings.end() ? std::string() : std::string(meaning::nameOf(found->severity));
}

inline std::string detail(const std::vector<meaning::Finding>& findings, const char* id)
{
    const auto found = std::ranges::find(findings, id, &meaning::Finding::id);
    return found == findings.end() ? std::string() : found->detail;
}

}  // namespace countersign::samples
