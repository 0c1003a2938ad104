#include "core/base/encoding/Hex.h"
#include "core/chain/solana/programs/ProgramDecoder.h"
#include "core/chain/solana/spl/SplPrograms.h"
#include "tests/oracles/NodeOracle.h"
#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

#include <set>

using namespace countersign;

// Why: who reads a token instruction differently from the library that built it shows another amount, or
// calls the destination an authority. @solana/spl-token builds instructions of nearly every kind from random
// values, and what is read must be those values under its names.

namespace {

constexpr int caseCount = 4000;

Json textOf(const solana::FieldValue& value)
{
    if (const auto* unsignedNumber = std::get_if<std::uint64_t>(&value)) {
        return std::to_string(*unsignedNumber);
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto* address = std::get_if<SolanaAddress>(&value)) {
        return toText(*address);
    }
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? Json() : Json(*text);
}

std::vector<solana::InstructionAccount> accountsOf(const Json& json)
{
    std::vector<solana::InstructionAccount> accounts;
    for (const Json& account : json) {
        accounts.push_back({.index = accounts.size(),
                            .address = *parseSolanaAddress(account["address"].get<std::string>()),
                            .signs = account["signer"].get<bool>(),
                            .writes = account["writable"].get<bool>(),
                            .role = {}});
    }
    return accounts;
}

Result<solana::ReadInstruction> readAsItsProgram(const std::string& program,
                                                 const solana::RawInstruction& instruction)
{
    const SolanaAddress address = *parseSolanaAddress(program);
    const auto tokens = solana::splProgramAt(address);
    return !tokens                        ? solana::decodeAssociatedToken(instruction)
           : *tokens == SplProgram::Token ? solana::decodeToken(instruction)
                                          : solana::decodeToken2022(instruction);
}

/// What is read, in the form of spl.mjs's "expected".
Json viewOf(const solana::ReadInstruction& read, const std::vector<solana::InstructionAccount>& accounts)
{
    Json view = {{"name", read.name}, {"fields", Json::object()}, {"roles", Json::array()}};
    for (const solana::InstructionField& field : read.fields) {
        view["fields"][field.name] = textOf(field.value);
    }
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        view["roles"].push_back(Json::array({read.roles.at(i), toText(*accounts[i].address)}));
    }
    return view;
}

}  // namespace

class TokensBySplTokenTest : public QObject
{
    Q_OBJECT

    testing::NodeOracle m_library{"spl.mjs", "@solana/spl-token"};

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_library.isInstalled()) {
            QSKIP(testing::NodeOracle::reason());
        }
    }

    void readsWhatTheLibraryBuilds()
    {
        const quint32 seed = QRandomGenerator::global()->generate();
        const Json answer = m_library.ask("make", {{"seed", seed}, {"count", caseCount}});
        QVERIFY2(answer.is_object(), "spl.mjs failed");
        QCOMPARE(answer["cases"].size(), std::size_t{caseCount});
        std::set<std::string> names;
        for (const Json& one : answer["cases"]) {
            const auto accounts = accountsOf(one["accounts"]);
            const Bytes data = *fromHex(one["dataHex"].get<std::string>());
            const auto read =
                readAsItsProgram(one["programId"].get<std::string>(), {.accounts = accounts, .data = data});
            const std::string context = "seed " + std::to_string(seed) + ": " + dumpJson(one);
            QVERIFY2(read.has_value(), context.c_str());
            const Json view = viewOf(*read, accounts);
            QVERIFY2(view == one["expected"], (context + "\nread as " + dumpJson(view)).c_str());
            names.insert(read->name);
        }
        // Each kind came up: a table that lost its rows would pass otherwise.
        QVERIFY(names.size() >= 50);
    }
};

COUNTERSIGN_GUILESS_TEST(TokensBySplTokenTest)
#include "TokensBySplToken_test.moc"
