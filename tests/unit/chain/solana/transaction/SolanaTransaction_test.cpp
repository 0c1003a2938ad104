#include "core/chain/solana/transaction/SolanaTransaction.h"

#include "core/base/encoding/Base58.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/chain/solana/message/MessageFactory.h"

#include <QTest>

#include <random>

using namespace countersign;
using test::addressNumber;
using test::lookupMessage;
using test::plainMessage;
using test::v1Message;

namespace {

struct Signer
{
    SecretBytes seed = SecretBytes::random(32);
    SolanaAddress address = *ed25519::publicKey(seed);

    ed25519::Signature sign(const SolanaTransaction& transaction) const
    {
        return *ed25519::sign(seed, transaction.messageBytes);
    }
};

/// plainMessage or lookupMessage with signers whose keys are known.
struct Scene
{
    Signer payer;
    Signer second;
    SolanaTransaction transaction;

    explicit Scene(SolanaMessage message = plainMessage())
    {
        message.accountKeys[0] = payer.address;
        message.accountKeys[1] = second.address;
        transaction = *solana::parseTransactionOrMessage(solana::serialize(message));
    }
};

/// The signature again with s + L in place of s: valid where malleability is not refused.
ed25519::Signature malleated(ed25519::Signature signature)
{
    const std::uint8_t order[] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
                                  0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
                                  0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
        carry += unsigned{signature[32 + i]} + order[i];
        signature[32 + i] = static_cast<std::uint8_t>(carry & 0xffU);
        carry >>= 8U;
    }
    return signature;
}

}  // namespace

class SolanaTransactionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAndWrites()
    {
        for (const SolanaMessage& message : {plainMessage(), lookupMessage()}) {
            Bytes bytes(1 + 2 * 64, 5);
            bytes.front() = 2;
            const Bytes messageBytes = solana::serialize(message);
            bytes.insert(bytes.end(), messageBytes.begin(), messageBytes.end());
            const auto transaction = solana::parseTransaction(bytes);
            QVERIFY(transaction.has_value());
            QVERIFY(transaction->message == message);
            QCOMPARE(transaction->messageBytes, messageBytes);
            QCOMPARE(transaction->signatures.size(), std::size_t{2});
            QCOMPARE(transaction->id(), toBase58(Bytes(64, 5)));
            QCOMPARE(transaction->serialize(), bytes);
            QVERIFY(*solana::parseTransactionOrMessage(bytes) == *transaction);
            for (std::size_t size = 0; size < bytes.size(); ++size) {
                QVERIFY(!solana::parseTransaction(BytesView(bytes).first(size)));
            }
            bytes.push_back(0);
            QVERIFY(!solana::parseTransaction(bytes));
        }
    }

    void refusesAnotherNumberOfSignatures()
    {
        const Bytes messageBytes = solana::serialize(plainMessage());
        for (const std::size_t count : {0U, 1U, 3U}) {
            Bytes bytes(1 + count * 64, 0);
            bytes.front() = static_cast<std::uint8_t>(count);
            bytes.insert(bytes.end(), messageBytes.begin(), messageBytes.end());
            const auto transaction = solana::parseTransaction(bytes);
            QCOMPARE(transaction.error().code, ErrorCode::InvalidInput);
            QCOMPARE(transaction.error().detail,
                     QStringLiteral("the message requires another number of signatures"));
        }
    }

    void takesABareMessage()
    {
        for (const SolanaMessage& message : {plainMessage(), lookupMessage(), v1Message()}) {
            const Bytes bytes = solana::serialize(message);
            QVERIFY(!solana::parseTransaction(bytes));
            const auto transaction = solana::parseTransactionOrMessage(bytes);
            QVERIFY(transaction.has_value());
            QCOMPARE(transaction->messageBytes, bytes);
            QCOMPARE(transaction->missingSigners().size(), std::size_t{2});
            QVERIFY(transaction->id().empty());
            QVERIFY(*solana::parseTransaction(transaction->serialize()) == *transaction);
        }
    }

    /// What is no transaction at all is not called one of a strange version.
    void namesWhatItIsNot()
    {
        const auto sentence = [](BytesView bytes) {
            const auto either = solana::parseTransactionOrMessage(bytes);
            const auto transaction = solana::parseTransaction(bytes);
            return either || transaction ? QStringLiteral("accepted")
                                         : either.error().sentence + u'|' + transaction.error().sentence;
        };
        QVERIFY(sentence({}).contains(u"empty"));
        for (const char* text :
             {"hello", "i am a text that is somewhat longer", "caf\xc3\xa9\n", "\xe6\xbc\xa2 says hello"}) {
            QVERIFY2(sentence(asBytes(text)).contains(u"This is text"), text);
        }
        QVERIFY(sentence(asBytes("\xffsolana offchain\x01\x02 anything")).contains(u"off-chain message"));
        // A bare message, for whoever wants the signatures too; its keys are not taken for a version.
        const std::uint32_t seed = std::random_device{}();
        std::mt19937 random(seed);
        for (int i = 0; i < 300; ++i) {
            SolanaMessage message = plainMessage();
            for (SolanaAddress& key : message.accountKeys) {
                for (std::uint8_t& byte : key) {
                    byte = static_cast<std::uint8_t>(random());
                }
            }
            const Bytes bytes = solana::serialize(message);
            const auto refused = solana::parseTransaction(bytes);
            QVERIFY2(!refused && refused.error().sentence.contains(u"without its signatures"),
                     qPrintable(QString::number(seed)));
            QVERIFY(solana::parseTransactionOrMessage(bytes).has_value());
            // Cut off, it is damaged, of whatever version its bytes seem to be.
            const auto cut = solana::parseTransactionOrMessage(BytesView(bytes).first(bytes.size() - 1));
            QVERIFY(!cut && (!cut.error().detail.contains(u"message version") ||
                             cut.error().detail.right(2).trimmed().toInt() <= 9));
        }
        // A version that may exist one day is told as one.
        Bytes later = solana::serialize(lookupMessage());
        later.front() = 0x82;
        QCOMPARE(solana::parseTransactionOrMessage(later).error().detail,
                 QStringLiteral("message version 2"));
    }

    /// A message whose instruction data end in another message, so placed that what precedes it passes for
    /// three signatures: two readers would see two different transfers.
    void refusesWhatCanBeReadTwice()
    {
        SolanaMessage outer = plainMessage();
        outer.requiredSignatures = 3;
        outer.readonlyUnsigned = 0;
        const Bytes inner = solana::serialize(outer);
        Bytes& data = outer.instructions.front().data;
        data.assign(200, 0);
        const std::size_t headBytes = solana::serialize(outer).size() - data.size();
        data = inner;
        data.insert(data.begin(), 1 + 3 * solana::signatureBytes - headBytes, 0);
        const Bytes bytes = solana::serialize(outer);
        QVERIFY(solana::parseMessage(bytes).has_value());
        QVERIFY(solana::parseTransaction(bytes).has_value());
        const auto read = solana::parseTransactionOrMessage(bytes);
        QCOMPARE(read.error().code, ErrorCode::InvalidInput);
        QCOMPARE(read.error().detail, QStringLiteral("can be read as a transaction and as a bare message"));
    }

    void placesSignatures()
    {
        for (const SolanaMessage& message : {plainMessage(), lookupMessage(), v1Message()}) {
            Scene scene(message);
            SolanaTransaction& transaction = scene.transaction;
            QCOMPARE(*transaction.signerIndex(scene.second.address), std::size_t{1});
            QVERIFY(!transaction.signerIndex(addressNumber(3)));
            QVERIFY(transaction.verifyPresentSignatures().has_value());

            QVERIFY(transaction.placeSignature(scene.second.address, scene.second.sign(transaction)));
            QVERIFY(!transaction.isSigned(0));
            QVERIFY(transaction.isSigned(1));
            QVERIFY(transaction.missingSigners() == std::vector{scene.payer.address});
            QVERIFY(transaction.id().empty());

            const ed25519::Signature first = scene.payer.sign(transaction);
            QVERIFY(transaction.placeSignature(scene.payer.address, first));
            QVERIFY(transaction.placeSignature(scene.payer.address, first));
            QVERIFY(transaction.missingSigners().empty());
            QCOMPARE(transaction.id(), toBase58(first));
            QVERIFY(transaction.verifyPresentSignatures().has_value());
            QVERIFY(*solana::parseTransaction(transaction.serialize()) == transaction);
        }
    }

    void refusesSignaturesThatDoNotBelong()
    {
        Scene scene;
        SolanaTransaction& transaction = scene.transaction;
        const SolanaTransaction before = transaction;
        const auto codeOf = [&](const SolanaAddress& signer, BytesView signature) {
            return transaction.placeSignature(signer, signature).error().code;
        };
        const ed25519::Signature good = scene.payer.sign(transaction);
        const Signer stranger;
        QCOMPARE(codeOf(stranger.address, stranger.sign(transaction)), ErrorCode::InvalidInput);
        QCOMPARE(codeOf(scene.second.address, good), ErrorCode::BadSignature);
        QCOMPARE(codeOf(scene.payer.address, scene.payer.sign(Scene().transaction)), ErrorCode::BadSignature);
        QCOMPARE(codeOf(scene.payer.address, Bytes(64, 0)), ErrorCode::BadSignature);
        QCOMPARE(codeOf(scene.payer.address, BytesView(good).first(63)), ErrorCode::BadSignature);
        QCOMPARE(codeOf(scene.payer.address, malleated(good)), ErrorCode::BadSignature);
        ed25519::Signature flipped = good;
        flipped[10] ^= 1;
        QCOMPARE(codeOf(scene.payer.address, flipped), ErrorCode::BadSignature);
        QVERIFY(transaction == before);
    }

    void keepsValidSignatures()
    {
        Scene scene;
        SolanaTransaction& transaction = scene.transaction;
        const ed25519::Signature good = scene.payer.sign(transaction);
        // An invalid one is replaced …
        transaction.signatures[0].fill(7);
        const Status verified = transaction.verifyPresentSignatures();
        QCOMPARE(verified.error().code, ErrorCode::BadSignature);
        QVERIFY(verified.error().detail.contains(QString::fromStdString(toText(scene.payer.address))));
        QVERIFY(transaction.placeSignature(scene.payer.address, good));
        QVERIFY(transaction.verifyPresentSignatures().has_value());
        // … and what is no valid signature replaces nothing.
        QCOMPARE(transaction.placeSignature(scene.payer.address, Bytes(64, 7)).error().code,
                 ErrorCode::BadSignature);
        QVERIFY(transaction.signatures[0] == good);
    }

    void fillsTheBlockhashIn()
    {
        for (SolanaMessage message : {plainMessage(), lookupMessage(), v1Message()}) {
            message.recentBlockhash = {};
            Scene scene(message);
            QVERIFY(scene.transaction.isBlockhashOpen());
            const auto resolved = scene.transaction.withBlockhash(addressNumber(42));
            QVERIFY(resolved.has_value());
            QVERIFY(!resolved->isBlockhashOpen());
            QVERIFY(resolved->message.recentBlockhash == addressNumber(42));
            SolanaMessage wanted = scene.transaction.message;
            wanted.recentBlockhash = addressNumber(42);
            QVERIFY(resolved->message == wanted);
            QCOMPARE(resolved->messageBytes, solana::serialize(wanted));
            QVERIFY(*solana::parseTransaction(resolved->serialize()) == *resolved);

            QVERIFY(
                scene.transaction.placeSignature(scene.second.address, scene.second.sign(scene.transaction)));
            const auto refused = scene.transaction.withBlockhash(addressNumber(42));
            QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
        }
    }

    void recognisesDurableNonces()
    {
        // The nonce account, a sysvar and the authority: AdvanceNonceAccount.
        SolanaMessage message = lookupMessage();
        message.accountKeys[3] = {};
        message.instructions.insert(message.instructions.begin(), {3, {2, 3, 0}, {4, 0, 0, 0}});
        const auto uses = [](const SolanaMessage& m) { return Scene(m).transaction.usesDurableNonce(); };
        QVERIFY(uses(message));
        QVERIFY(!uses(lookupMessage()));

        SolanaMessage changed = message;
        changed.instructions.front().data = {4, 0, 0, 0, 1};  // the runtime ignores what follows
        QVERIFY(uses(changed));
        changed.instructions.front().data = {4, 0, 0};
        QVERIFY(!uses(changed));
        changed.instructions.front().data = {2, 0, 0, 0};
        QVERIFY(!uses(changed));

        changed = message;
        std::swap(changed.instructions[0], changed.instructions[1]);
        QVERIFY(!uses(changed));

        changed = message;
        changed.accountKeys[3] = addressNumber(4);
        QVERIFY(!uses(changed));

        changed = message;
        changed.instructions.front().accounts = {4, 3, 0};  // looked up
        QVERIFY(uses(changed));
        changed.instructions.front().accounts = {1, 3, 0};  // readonly
        QVERIFY(!uses(changed));
        changed.instructions.front().accounts = {};
        QVERIFY(!uses(changed));
        changed.instructions.clear();
        QVERIFY(!uses(changed));

        changed = v1Message();
        QVERIFY(!uses(changed));
        changed.accountKeys[3] = {};
        changed.instructions.insert(changed.instructions.begin(), {3, {2, 3, 0}, {4, 0, 0, 0}});
        QVERIFY(uses(changed));
    }
};

COUNTERSIGN_APPLESS_TEST(SolanaTransactionTest)
#include "SolanaTransaction_test.moc"
