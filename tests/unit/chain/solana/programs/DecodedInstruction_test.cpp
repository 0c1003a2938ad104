#include "core/chain/solana/programs/DecodedInstruction.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

/// A transfer from the payer (1) to what a lookup table loads (index 4), and an unknown program (4).
SolanaMessage lookupTransferMessage()
{
    SolanaMessage message = lookupMessage();
    message.accountKeys[2] = SolanaAddress{};
    message.instructions = {{2, {0, 4}, Data().u32(2).u64(5)}, {3, {1, 6}, {0xaa}}};
    return message;
}

Json accountJson(const Json& address, bool signer, bool writable)
{
    return {{"address", address}, {"signer", signer}, {"writable", writable}};
}

Json withRole(Json account, const char* role)
{
    account["role"] = role;
    return account;
}

/// Of the two instructions of lookupTransferMessage.
Json transferJson()
{
    const Json accounts = Json::array({withRole(accountJson(base58Of(1), true, true), "from"),
                                       withRole(accountJson(nullptr, false, true), "to")});
    return {{"program", "system"},
            {"programId", "11111111111111111111111111111111"},
            {"name", "transfer"},
            {"accounts", accounts},
            {"fields", {{"lamports", "5"}}}};
}

Json unreadJson()
{
    const Json accounts =
        Json::array({accountJson(base58Of(2), true, false), accountJson(nullptr, false, false)});
    return {{"program", nullptr},
            {"programId", base58Of(4)},
            {"name", nullptr},
            {"accounts", accounts},
            {"fields", Json::object()},
            {"data", "qg=="},
            {"error", "the program is not known here"}};
}

/// Of writesEveryKindOfValue.
Json fieldsJson()
{
    const std::string three = base58Of(3);
    const Json members = Json::array({Json{{"key", three}, {"permissions", "vote"}}, Json{{"key", three}}});
    return {{"flag", true},
            {"count", "18446744073709551615"},
            {"time", "-5"},
            {"text", "text"},
            {"address", three},
            {"bytes", "0xab"},
            {"list", Json::array({"1", "2"})},
            {"members", members},
            {"lockup", {{"epoch", "4"}}}};
}

}  // namespace

class DecodedInstructionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodesMessages()
    {
        const auto decoded = solana::decodeInstructions(lookupTransferMessage());
        QCOMPARE(decoded.size(), std::size_t{2});
        QCOMPARE(summary(decoded[0]), std::string(R"(transfer(from to) {"lamports":"5"})"));
        const auto& from = decoded[0].accounts[0];
        QVERIFY(from.signs && from.writes && from.address == addressNumber(1) && from.index == 0);
        const auto& to = decoded[0].accounts[1];
        QVERIFY(!to.signs && to.writes && !to.address && to.index == 4);
        QVERIFY(!decoded[0].account("to"));
        QVERIFY(!decoded[1].isRead());
        QVERIFY(decoded[1].accounts[0].signs && !decoded[1].accounts[0].writes);
        QVERIFY(!decoded[1].accounts[1].writes);
        QVERIFY(decoded[1].accounts[0].role.empty());
    }

    void leavesProgramsOfLookupsUnread()
    {
        SolanaMessage message = lookupTransferMessage();
        message.instructions = {{5, {0}, {1}}};
        const auto decoded = solana::decodeInstructions(message);
        QCOMPARE(decoded.size(), std::size_t{1});
        QVERIFY(!decoded[0].isRead() && !decoded[0].error.empty());
    }

    void becomesJson()
    {
        const auto decoded = solana::decodeInstructions(lookupTransferMessage());
        QCOMPARE(dumpJson(solana::toJson(decoded[0])), dumpJson(transferJson()));
        QCOMPARE(dumpJson(solana::toJson(decoded[1])), dumpJson(unreadJson()));
    }

    void writesEveryKindOfValue()
    {
        solana::DecodedInstruction decoded;
        decoded.name = "all";
        decoded.fields = {{"flag", true},
                          {"count", ~std::uint64_t{0}},
                          {"time", std::int64_t{-5}},
                          {"text", std::string("text")},
                          {"address", addressNumber(3)},
                          {"bytes", Bytes{0xab}},
                          {"list[0]", std::uint64_t{1}},
                          {"list[1]", std::uint64_t{2}},
                          {"members[0].key", addressNumber(3)},
                          {"members[0].permissions", std::string("vote")},
                          {"members[1].key", addressNumber(3)},
                          {"lockup.epoch", std::uint64_t{4}}};
        QCOMPARE(dumpJson(solana::toJson(decoded)["fields"]), dumpJson(fieldsJson()));
    }

    void nestsContainers()
    {
        solana::DecodedInstruction outer;
        outer.name = "outer";
        outer.inner = solana::decodeInstructions(lookupTransferMessage());
        const Json json = solana::toJson(outer);
        QCOMPARE(json["inner"].size(), std::size_t{2});
        QVERIFY(json["inner"][0] == solana::toJson(outer.inner[0]));
        QVERIFY(!json["inner"][0].contains("inner"));
    }

    void looksValuesUpByKind()
    {
        solana::DecodedInstruction decoded;
        decoded.fields = {{"time", std::int64_t{5}}, {"count", std::uint64_t{7}}};
        QVERIFY(!decoded.number("time"));
        QVERIFY(decoded.number("count") == std::optional<std::uint64_t>(7));
        QVERIFY(decoded.field("time") != nullptr && decoded.field("none") == nullptr);
        decoded.accounts = {{0, {}, false, false, "signer"}, {1, addressNumber(2), false, false, "signer"}};
        QVERIFY(decoded.account("signer") == std::optional(addressNumber(2)));
        QVERIFY(!decoded.account("owner"));
    }
};

COUNTERSIGN_APPLESS_TEST(DecodedInstructionTest)
#include "DecodedInstruction_test.moc"
