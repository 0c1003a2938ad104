#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/programs/InstructionFactory.h"

#include <QTest>

using namespace countersign;
using namespace countersign::test;

namespace {

constexpr std::string_view ed25519Program = "Ed25519SigVerify111111111111111111111111111";
constexpr std::string_view secp256k1Program = "KeccakSecp256k11111111111111111111111111111";
constexpr std::string_view secp256r1Program = "Secp256r1SigVerify1111111111111111111111111";
constexpr unsigned here = 0xffff;

/// Key, signature and message behind a table of one entry, as the libraries lay them out.
Bytes wideInstruction(std::size_t keyBytes, const Bytes& message, unsigned index = here)
{
    const auto key = static_cast<unsigned>(keyBytes);
    const auto length = static_cast<unsigned>(message.size());
    return Data()
        .u8(1)
        .u8(0)
        .u16(16 + key)
        .u16(index)
        .u16(16)
        .u16(index)
        .u16(16 + key + 64)
        .u16(length)
        .u16(index)
        .add(Bytes(keyBytes, 1))
        .add(Bytes(64, 2))
        .add(message);
}

Bytes secp256k1Instruction(const Bytes& message, unsigned index)
{
    return Data()
        .u8(1)
        .u16(32)
        .u8(index)
        .u16(12)
        .u8(index)
        .u16(97)
        .u16(static_cast<unsigned>(message.size()))
        .u8(index)
        .add(Bytes(20, 1))
        .add(Bytes(65, 2))
        .add(message);
}

solana::DecodedInstruction decodeAt(std::string_view program, const Bytes& data, std::size_t position)
{
    return solana::decodeInstruction(*parseSolanaAddress(program), {}, data, 0, position);
}

std::string expected(const std::string& key, const std::string& signature, const std::string& message)
{
    return R"(verify() {"signatures":[{)" + key + R"(,"message":"0x)" + message + R"(","signature":"0x)" +
           signature + R"("}]})";
}

std::string repeatedDigits(const char* digits, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += digits;
    }
    return text;
}

}  // namespace

class PrecompileProgramsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsMessages()
    {
        const std::string signature = repeatedDigits("02", 64);
        QCOMPARE(summary(decodeFor(ed25519Program, wideInstruction(32, {0xab}), {})),
                 expected(R"("publicKey":")" + base58Of(1) + '"', signature, "ab"));
        QCOMPARE(summary(decodeFor(secp256r1Program, wideInstruction(33, {}), {})),
                 expected(R"("publicKey":"0x)" + repeatedDigits("01", 33) + '"', signature, ""));
        QCOMPARE(summary(decodeAt(secp256k1Program, secp256k1Instruction({0xab, 0xcd}, 3), 3)),
                 expected(R"("ethAddress":"0x)" + repeatedDigits("01", 20) + '"', signature + "02", "abcd"));
    }

    void refusesCutsAndHiddenBytes()
    {
        QVERIFY(isReadOnlyWhole(ed25519Program, wideInstruction(32, {1, 2, 3}), {}, 0));
        QVERIFY(isReadOnlyWhole(secp256r1Program, wideInstruction(33, {1, 2, 3}), {}, 0));
        const Bytes data = secp256k1Instruction({1, 2, 3}, 0);
        for (std::size_t length = 0; length < data.size(); ++length) {
            const Bytes cut(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(length));
            QVERIFY(!decodeAt(secp256k1Program, cut, 0).isRead());
        }
        Bytes longer = data;
        longer.push_back(0);
        QVERIFY(!decodeAt(secp256k1Program, longer, 0).isRead());
    }

    void refusesOffsetsBeyondTheData()
    {
        for (const std::size_t field : {2U, 6U, 10U, 12U}) {
            Bytes data = wideInstruction(32, {1, 2, 3});
            data.at(field) = 0xff;
            data.at(field + 1) = 0xff;
            QVERIFY(!decodeFor(ed25519Program, data, {}).isRead());
        }
    }

    /// What another instruction holds is not shown, and that it does is said.
    void saysWhereTheDataIs()
    {
        const Bytes data = Data().u8(1).u8(0).u16(5).u16(0).u16(6).u16(1).u16(7).u16(8).u16(2);
        QCOMPARE(
            summary(decodeAt(ed25519Program, data, 3)),
            std::string(
                R"(verify() {"signatures":[{"publicKeyInstructionIndex":"1","publicKeyOffset":"6",)"
                R"("publicKeySize":"32","messageInstructionIndex":"2","messageOffset":"7","messageSize":"8",)"
                R"("signatureInstructionIndex":"0","signatureOffset":"5","signatureSize":"64"}]})"));
        // Number 3 names itself by its number or by the mark, and nobody else's.
        QVERIFY(decodeAt(ed25519Program, wideInstruction(32, {1}, 3), 3).field("signatures[0].message"));
        QVERIFY(!decodeAt(ed25519Program, wideInstruction(32, {1}, 2), 3).isRead());
        // In a container an instruction has no number; for secp256k1 there is no mark either.
        QVERIFY(!decodeFor(ed25519Program, wideInstruction(32, {1}, 0), {}).isRead());
        QVERIFY(!decodeFor(secp256k1Program, secp256k1Instruction({1}, 0), {}).isRead());
    }

    void boundsCounts()
    {
        QCOMPARE(summary(decodeFor(ed25519Program, {0, 0}, {})), std::string("verify() {}"));
        QCOMPARE(summary(decodeFor(secp256k1Program, {0}, {})), std::string("verify() {}"));
        QVERIFY(!decodeFor(ed25519Program, {0, 0, 1}, {}).isRead());
        QVERIFY(!decodeFor(ed25519Program, {0}, {}).isRead());
        QVERIFY(!decodeFor(secp256r1Program, {0, 0}, {}).isRead());
        const auto many = [](unsigned count) {
            Data data;
            data.u8(count).u8(0);
            for (unsigned i = 0; i < count; ++i) {
                data.u16(0).u16(1).u16(0).u16(1).u16(0).u16(0).u16(1);
            }
            return data.bytes();
        };
        QVERIFY(decodeFor(secp256r1Program, many(8), {}).isRead());
        QVERIFY(!decodeFor(secp256r1Program, many(9), {}).isRead());
        QVERIFY(decodeFor(ed25519Program, many(9), {}).isRead());
    }
};

COUNTERSIGN_APPLESS_TEST(PrecompileProgramsTest)
#include "PrecompilePrograms_test.moc"
