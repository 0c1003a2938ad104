#pragma once

#include "tests/integration/signing/SigningDesk.h"

#include <QTest>

// What tests of the whole way of a job begin with and ask again and again.

namespace countersign::testing {

inline constexpr const char* oneEther = "1000000000000000000";
inline constexpr const char* etherRecipient = "0x000000000000000000000000000000000000dEaD";
inline constexpr std::uint64_t lamportsPerSol = 1'000'000'000;

inline Json etherTransfer(const char* wei)
{
    return {{"transaction", {{"chainId", SigningDesk::chainId}, {"to", etherRecipient}, {"value", wei}}}};
}

inline Json textMessage(const char* text)
{
    return {{"text", text}};
}

inline std::string textOf(const Json& json, const char* member)
{
    return json.value(member, std::string());
}

/// For initTestCase(): a desk whose two wallets can pay. Skips where there are no chains.
inline void startWithMoney(SigningDesk& desk)
{
    if (const QString missing = ChainNode::missing(); !missing.isEmpty()) {
        QSKIP(qPrintable(missing));
    }
    QVERIFY2(desk.start(), qPrintable(desk.why()));
    QVERIFY2(desk.evm().fund(desk.evmWallet().address, oneEther), desk.evm().lastError().c_str());
    QVERIFY(desk.solana().fund(desk.solanaWallet().address, lamportsPerSol));
}

inline void verifyRefused(SigningDesk& desk, const std::string& jobId, int exitCode, const char* state)
{
    QVERIFY2(!jobId.empty(), qPrintable(desk.why()));
    const auto refused = desk.approve(jobId);
    QVERIFY2(refused.exitCode == exitCode, refused.errors.constData());
    QVERIFY2(!refused.errors.isEmpty(), "no sentence");
    QCOMPARE(desk.state(jobId), std::string(state));
}

}  // namespace countersign::testing
