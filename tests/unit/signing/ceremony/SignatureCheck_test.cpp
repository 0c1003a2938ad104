#include "core/signing/ceremony/SignatureCheck.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Hex.h"
#include "core/chain/evm/transaction/EvmTransaction.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/SigningFakes.h"
#include "tests/support/fixtures/signing/SigningScene.h"

#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// SEC 2 §2.4.1: the order of the group.
const Uint256 groupOrder("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

struct EvmCase
{
    EvmKey key;
    Bytes address = toBytes(key.address);
    JobContent content;
    SigningPayload plan;

    EvmCase(JobKind kind, const Json& payload)
        : content(*readJobContent(kind, payload, address)), plan(*signingPayloadOf(kind, content))
    {}

    Result<VerifiedSignature> check(const Bytes& raw) const
    {
        return checkSignature(plan, content, address, raw);
    }
};

Bytes withHighS(const Bytes& raw)
{
    Bytes high = raw;
    const Bytes s = toBytes32(groupOrder - *fromBigEndian(BytesView(raw).subspan(32, 32)));
    std::copy(s.begin(), s.end(), high.begin() + 32);
    high[64] = static_cast<std::uint8_t>(27 + (28 - raw[64]));
    return high;
}

bool isRefused(const Result<VerifiedSignature>& checked)
{
    return !checked && checked.error().code == ErrorCode::BadSignature && !checked.error().sentence.isEmpty();
}

}  // namespace

class SignatureCheckTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesTheWalletsOwn()
    {
        const EvmCase message(JobKind::EvmMessage, {{"text", "hello"}});
        const Bytes raw = message.key.sign(message.plan.digest);
        const auto checked = message.check(raw);
        QVERIFY(checked.has_value());
        QCOMPARE(checked->signature, raw);
        QVERIFY(checked->signedTransaction.empty());
        QVERIFY(checked->hash.empty());
    }

    void makesHighSLow()
    {
        const EvmCase message(JobKind::EvmMessage, {{"text", "hello"}});
        const Bytes raw = message.key.sign(message.plan.digest);
        const auto checked = message.check(withHighS(raw));
        QVERIFY(checked.has_value());
        QCOMPARE(checked->signature, raw);
    }

    void refusesEveryOther()
    {
        const EvmCase message(JobKind::EvmMessage, {{"text", "hello"}});
        const Bytes raw = message.key.sign(message.plan.digest);
        QVERIFY(isRefused(message.check(EvmKey().sign(message.plan.digest))));
        Bytes digest = message.plan.digest;
        digest[0] ^= 1U;
        QVERIFY(isRefused(message.check(message.key.sign(digest))));
        for (const int v : {0, 1, 26, 29, 30, 31, 35, 255}) {
            Bytes other = raw;
            other[64] = static_cast<std::uint8_t>(v);
            QVERIFY(isRefused(message.check(other)));
        }
        Bytes parity = raw;
        parity[64] = static_cast<std::uint8_t>(55 - raw[64]);
        QVERIFY(isRefused(message.check(parity)));
        QVERIFY(isRefused(message.check({})));
        QVERIFY(isRefused(message.check(Bytes(raw.begin(), raw.end() - 1))));
        Bytes longer = raw;
        longer.push_back(0);
        QVERIFY(isRefused(message.check(longer)));
        QVERIFY(isRefused(message.check(Bytes(65, 0))));
        QVERIFY(isRefused(message.check(Bytes(65, 0xff))));
        QVERIFY(isRefused(checkSignature(message.plan, message.content, {}, raw)));
        QVERIFY(isRefused(checkSignature(message.plan, message.content, Bytes(32, 1), raw)));
    }

    void buildsTheSignedTransaction()
    {
        for (const bool legacy : {false, true}) {
            Json json = wholeTransaction();
            if (legacy) {
                json.erase("maxFeePerGas");
                json.erase("maxPriorityFeePerGas");
                json["gasPrice"] = "5";
            }
            const EvmCase transaction(JobKind::EvmTransaction, {{"transaction", json}});
            const auto checked = transaction.check(withHighS(transaction.key.sign(transaction.plan.digest)));
            QVERIFY(checked.has_value());
            const auto decoded = decodeTransaction(checked->signedTransaction);
            QVERIFY(decoded.has_value());
            QCOMPARE(decoded->type, legacy ? 0 : 2);
            QCOMPARE(*senderOf(*decoded), transaction.key.address);
            QCOMPARE(serializeUnsigned(*decoded), transaction.plan.prepared);
            QCOMPARE(checked->hash, toHexPrefixed(keccak256(checked->signedTransaction)));
        }
    }

    void solana_data()
    {
        QTest::addColumn<int>("version");
        QTest::newRow("legacy") << -1;
        QTest::newRow("version 0") << 0;
        QTest::newRow("version 1") << 1;
    }

    void solana()
    {
        QFETCH(const int, version);
        SigningScene scene;
        SolanaMessage message = scene.solanaTransaction().message;
        message.version = version < 0 ? std::nullopt : std::optional(version);
        const auto transaction = *solana::parseTransactionOrMessage(solana::serialize(message));
        const JobContent content = transaction;
        const SigningPayload plan = *signingPayloadOf(JobKind::SolanaTransaction, content);
        const Bytes address = toBytes(scene.solanaKey.address);
        const Bytes raw = scene.solanaKey.sign(plan.input);
        const auto checked = checkSignature(plan, content, address, raw);
        QVERIFY(checked.has_value());
        QCOMPARE(checked->signature, raw);
        QCOMPARE(checked->hash, toBase58(raw));
        const auto parsed = solana::parseTransaction(checked->signedTransaction);
        QVERIFY(parsed.has_value());
        QVERIFY(parsed->missingSigners().empty());
        QVERIFY(parsed->verifyPresentSignatures().has_value());
        QCOMPARE(parsed->messageBytes, transaction.messageBytes);

        QVERIFY(isRefused(checkSignature(plan, content, address, SolanaKey().sign(plan.input))));
        QVERIFY(isRefused(checkSignature(plan, content, address, scene.solanaKey.sign(plan.digest))));
        QVERIFY(isRefused(checkSignature(plan, content, address, {})));
        QVERIFY(isRefused(checkSignature(plan, content, address, BytesView(raw).first(63))));
        QVERIFY(isRefused(checkSignature(plan, content, Bytes(20, 1), raw)));
        Bytes broken = raw;
        broken[63] ^= 0x80U;
        QVERIFY(isRefused(checkSignature(plan, content, address, broken)));
    }

    void aSolanaMessageHasNoHash()
    {
        const SolanaKey key;
        const JobContent content = MessageContent{toBytes(asBytes("sign in")), true};
        const SigningPayload plan = *signingPayloadOf(JobKind::SolanaMessage, content);
        const auto checked = checkSignature(plan, content, key.address, key.sign(plan.input));
        QVERIFY(checked.has_value());
        QVERIFY(checked->hash.empty() && checked->signedTransaction.empty());
    }
};

COUNTERSIGN_GUILESS_TEST(SignatureCheckTest)
#include "SignatureCheck_test.moc"
