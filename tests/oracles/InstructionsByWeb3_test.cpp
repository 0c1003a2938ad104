#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/solana/programs/DecodedInstruction.h"
#include "tests/oracles/Web3.h"
#include "tests/support/TestProgram.h"

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <map>
#include <set>

using namespace countersign;

// Why: what an instruction is said to do is what somebody signs. @solana/web3.js makes thousands with random
// values and reads them with its own decoders; ours must tell the same names, values and roles.

namespace {

constexpr int caseCount = 1500;
constexpr std::size_t everyInstruction = 35;

std::string textOf(const solana::FieldValue& value)
{
    if (const auto* truth = std::get_if<bool>(&value)) {
        return *truth ? "true" : "false";
    }
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        return std::to_string(*number);
    }
    if (const auto* address = std::get_if<SolanaAddress>(&value)) {
        return toText(*address);
    }
    if (const auto* bytes = std::get_if<Bytes>(&value)) {
        return toHexPrefixed(*bytes);
    }
    return std::get<std::string>(value);
}

/// Fields and accounts by their names; sysvars and programs among the accounts are nothing that web3.js
/// tells.
std::map<std::string, std::string> saidBy(const solana::DecodedInstruction& instruction)
{
    static const std::set<std::string> untold = {"bumpSeed", "stakeConfig", "systemProgram"};
    std::map<std::string, std::string> said;
    for (const solana::InstructionField& field : instruction.fields) {
        if (!untold.contains(field.name)) {
            said.emplace(field.name, textOf(field.value));
        }
    }
    for (const solana::InstructionAccount& account : instruction.accounts) {
        if (!account.role.ends_with("Sysvar") && !untold.contains(account.role)) {
            said.emplace(account.role, toText(*account.address));
        }
    }
    return said;
}

/// What web3.js leaves untold of what it made: the new table's address.
bool isUntold(const std::string& instruction, const std::string& name)
{
    return instruction == "createLookupTable" && name == "lookupTable";
}

QString difference(const solana::DecodedInstruction& ours, const Json& theirs)
{
    const std::string name = theirs["name"].get<std::string>();
    if (ours.program != theirs["program"].get<std::string>() || ours.name != name) {
        return QString::fromStdString(ours.program + ' ' + ours.name + ' ' + ours.error);
    }
    std::map<std::string, std::string> said = saidBy(ours);
    for (const auto& [member, value] : theirs["says"].items()) {
        const auto found = said.find(member);
        if (found == said.end() || found->second != value.get<std::string>()) {
            return QString::fromStdString(member + " is missing or differs");
        }
        said.erase(found);
    }
    std::erase_if(said, [&name](const auto& entry) { return isUntold(name, entry.first); });
    return said.empty() ? QString() : QString::fromStdString(said.begin()->first + " is told by us alone");
}

}  // namespace

class InstructionsByWeb3Test : public QObject
{
    Q_OBJECT

    testing::Web3 m_web3;

private Q_SLOTS:
    void initTestCase()
    {
        if (!m_web3.isInstalled()) {
            QSKIP(testing::Web3::reason());
        }
    }

    void tellsTheSame()
    {
        const Json request = {{"seed", QRandomGenerator::global()->bounded(1'000'000)}, {"count", caseCount}};
        const Json answer = m_web3.ask("instructions", request);
        QVERIFY2(answer.is_object(), "solana.mjs failed");
        QCOMPARE(answer["cases"].size(), std::size_t{caseCount});
        std::set<std::string> seen;
        for (const Json& one : answer["cases"]) {
            const auto message = solana::parseMessage(*fromBase64(one["messageBase64"].get<std::string>()));
            const std::string name = one["name"].get<std::string>();
            QVERIFY2(message.has_value(), name.c_str());
            const auto decoded = solana::decodeInstructions(*message);
            QCOMPARE(decoded.size(), one["instructions"].size());
            for (std::size_t i = 0; i < decoded.size(); ++i) {
                const QString found = difference(decoded[i], one["instructions"][i]);
                QVERIFY2(found.isEmpty(),
                         qPrintable(QString::fromStdString(name) + QStringLiteral(": ") + found));
                seen.insert(decoded[i].program + ' ' + decoded[i].name);
            }
        }
        QCOMPARE(seen.size(), everyInstruction);
    }
};

COUNTERSIGN_GUILESS_TEST(InstructionsByWeb3Test)
#include "InstructionsByWeb3_test.moc"
