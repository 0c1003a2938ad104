#include "services/sandbox/Sandbox.h"

#include "core/base/encoding/Base58.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/envelopes/HybridEnvelope.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "core/crypto/keys/Address.h"
#include "services/sandbox/signing/DelegatedShare.h"
#include "services/sandbox/state/StateDatabase.h"
#include "tests/support/TestProgram.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cctype>

using namespace countersign;
using namespace countersign::sandbox;

// QTest cannot print a Json, its text it can.
#define COMPARE_JSON(actual, expected) QCOMPARE(dumpJson(actual), dumpJson(expected))

namespace {

constexpr UnixMillis start = 1'767'225'600'000;

struct Received
{
    Json body;
    Json share;
    std::string walletApiKey;
};

bool isLikeDynamics(const std::string& credential)
{
    return credential.size() == 60 && credential.starts_with("dyn_") &&
           std::all_of(credential.begin() + 4, credential.end(),
                       [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; });
}

}  // namespace

class SandboxTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    ManualClock m_clock{start};
    std::optional<RsaPrivateKey> m_key;
    int m_states = 0;

    std::string newState() { return m_folder.filePath(QString::number(++m_states)).toStdString(); }

    Sandbox::Options options(const std::string& state = {})
    {
        Sandbox::Options options;
        options.state = state;
        options.webhookUrl = "http://127.0.0.1:9/in";
        options.encryptionKey = m_key->publicKey().spkiPem();
        return options;
    }

    std::unique_ptr<Sandbox> open(const std::string& state = {})
    {
        return std::move(*Sandbox::open(options(state), m_clock));
    }

    Received receive(Sandbox& sandbox, const std::string& messageId)
    {
        const Result<WebhookRequest> request = sandbox.prepare(messageId);
        const std::vector<SecretBytes> secrets = [&] {
            std::vector<SecretBytes> list;
            list.push_back(sandbox.identity().webhookSecret.clone());
            return list;
        }();
        if (!request || !verifyWebhook(request->signature, asBytes(request->body), secrets).isValid()) {
            return {};
        }
        Received received{*parseJson(request->body), {}, {}};
        const Json& data = received.body["data"];
        if (data.contains("encryptedDelegatedShare")) {
            received.share =
                *parseJson(openEnvelope(*parseEnvelope(data["encryptedDelegatedShare"]), *m_key)->text());
            received.walletApiKey =
                openEnvelope(*parseEnvelope(data["encryptedWalletApiKey"]), *m_key)->text();
        }
        return received;
    }

    static std::string addressOf(Chain chain, BytesView publicKey)
    {
        return chain == Chain::Evm ? toText(*evmAddressOf(publicKey)) : toBase58(publicKey);
    }

    static std::string lastPending(Sandbox& sandbox) { return sandbox.pendingMessages()->back().messageId; }

    /// The state as another process would see it after this one is gone.
    static Result<std::optional<ShareSet>> activeSet(const std::string& state, const std::string& walletId)
    {
        const auto database = std::move(*StateDatabase::open(state));
        return WalletStore(*database).activeShareSet(walletId);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        m_key = *RsaPrivateKey::generate(2048);
    }

    void needsAnEncryptionKey()
    {
        const auto sandbox = std::move(*Sandbox::open({}, m_clock));
        const auto refused = sandbox->delegateNew(Chain::Evm, 1);
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().code, ErrorCode::Unsupported);
        QVERIFY(sandbox->wallets()->empty());
        QVERIFY(sandbox->registerEncryptionKey(m_key->publicKey().spkiPem()).has_value());
        QVERIFY(sandbox->delegateNew(Chain::Evm, 1).has_value());
    }

    /// Protocol reference §6.1: a console may refuse other characters.
    void credentialsAreLikeDynamics()
    {
        for (int i = 0; i < 50; ++i) {
            const SecretBytes credential = randomCredential();
            QVERIFY(isLikeDynamics(std::string(credential.text())));
            QVERIFY(!credential.equals(randomCredential().view()));
        }
        const auto sandbox = std::move(*Sandbox::open({}, m_clock));
        QVERIFY(isLikeDynamics(std::string(sandbox->identity().apiToken.text())));
        QVERIFY(isLikeDynamics(std::string(sandbox->identity().webhookSecret.text())));
    }

    void aDelegationsSharesMakeTheAddress()
    {
        const std::string state = newState();
        for (const Chain chain : {Chain::Evm, Chain::Svm}) {
            Sandbox::Delegated delegated;
            Received received;
            {
                const auto sandbox = open(state);
                delegated = sandbox->delegateNew(chain, 1)->front();
                received = receive(*sandbox, lastPending(*sandbox));
            }
            const Json& data = received.body["data"];
            COMPARE_JSON(data["walletId"], Json(delegated.walletId));
            COMPARE_JSON(data["userId"], Json(delegated.userId));
            COMPARE_JSON(data["publicKey"], Json(delegated.address));
            QVERIFY(!data["encryptedDelegatedShare"].contains("kid"));
            QVERIFY(std::string(data["encryptedWalletApiKey"]["kid"]).starts_with("dynamic_rsa_"));
            QCOMPARE(std::string(data["encryptedWalletApiKey"]["kid"]).size(), std::size_t(20));
            QVERIFY(isLikeDynamics(received.walletApiKey));

            Bytes publicKey;
            for (const auto& [index, byte] : received.share["pubkey"].items()) {
                QCOMPARE(index, std::to_string(publicKey.size()));
                publicKey.push_back(byte.get<std::uint8_t>());
            }
            QVERIFY(sameAddress(addressOf(chain, publicKey), delegated.address));

            auto share = DelegatedShare::fromSecretShare(std::string(received.share["secretShare"]));
            QVERIFY(share.has_value());
            QCOMPARE(share->walletId, delegated.walletId);
            COMPARE_JSON(Json(share->shareSetId), data["shareSetId"]);
            auto active = activeSet(state, delegated.walletId);
            QVERIFY(active.has_value() && active->has_value());
            QCOMPARE((*active)->shareSetId, share->shareSetId);
            QCOMPARE(std::string((*active)->walletApiKey.text()), received.walletApiKey);
            const KeyShares shares{std::move((*active)->serverShare), std::move(share->scalar)};
            QCOMPARE(*shares.publicKey(chain), publicKey);
        }
    }

    void aUserMayHaveSeveralWallets()
    {
        auto sandbox = open(newState());
        const auto first = sandbox->delegateNew(Chain::Evm, 1)->front();
        const auto second = sandbox->delegateNew(Chain::Svm, 1, first.userId);
        QVERIFY(second.has_value() && second->front().userId == first.userId);
        QCOMPARE(sandbox->userWallets(first.userId)->size(), std::size_t{2});
        QVERIFY(sandbox->delegateNew(Chain::Evm, 1, std::string("nobody")).error().code ==
                ErrorCode::NotFound);
    }

    void delegatingAgainKillsTheOldSet()
    {
        const std::string state = newState();
        auto sandbox = open(state);
        const auto first = sandbox->delegateNew(Chain::Evm, 1)->front();
        const Received before = receive(*sandbox, lastPending(*sandbox));
        const auto second = sandbox->delegateAgain(first.walletId, Chain::Evm);
        QVERIFY(second.has_value());
        QCOMPARE(second->address, first.address);
        QCOMPARE(second->userId, first.userId);
        const Received after = receive(*sandbox, lastPending(*sandbox));
        QVERIFY(before.body["data"]["shareSetId"] != after.body["data"]["shareSetId"]);
        QVERIFY(before.walletApiKey != after.walletApiKey);
        QVERIFY(std::string(before.body["timestamp"]) < std::string(after.body["timestamp"]));
        COMPARE_JSON(before.share["pubkey"], after.share["pubkey"]);
        sandbox.reset();

        const auto active = activeSet(state, first.walletId);
        const auto oldShare = DelegatedShare::fromSecretShare(std::string(before.share["secretShare"]));
        const auto newShare = DelegatedShare::fromSecretShare(std::string(after.share["secretShare"]));
        const KeyShares live{(*active)->serverShare.clone(), newShare->scalar.clone()};
        const KeyShares dead{(*active)->serverShare.clone(), oldShare->scalar.clone()};
        QVERIFY(sameAddress(addressOf(Chain::Evm, *live.publicKey(Chain::Evm)), first.address));
        QVERIFY(!sameAddress(addressOf(Chain::Evm, *dead.publicKey(Chain::Evm)), first.address));

        QFile file(QString::fromStdString(state));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray contents = file.readAll();
        QVERIFY(contents.contains(QByteArray::fromStdString(after.walletApiKey)));
        QVERIFY(!contents.contains(QByteArray::fromStdString(before.walletApiKey)));
    }

    void delegatingAgainNeedsTheRightWallet()
    {
        const auto sandbox = open();
        const auto wallet = sandbox->delegateNew(Chain::Evm, 1)->front();
        QCOMPARE(sandbox->delegateAgain("nobody", Chain::Evm).error().code, ErrorCode::NotFound);
        QCOMPARE(sandbox->delegateAgain(wallet.walletId, Chain::Svm).error().code, ErrorCode::InvalidInput);
        QCOMPARE(sandbox->pendingMessages()->size(), std::size_t(1));
    }

    void revokingEndsAndTells()
    {
        const std::string state = newState();
        auto sandbox = open(state);
        const auto wallet = sandbox->delegateNew(Chain::Svm, 1)->front();
        const Received created = receive(*sandbox, lastPending(*sandbox));
        QVERIFY(sandbox->revoke(wallet.walletId).has_value());
        const Received revoked = receive(*sandbox, lastPending(*sandbox));
        COMPARE_JSON(revoked.body["eventName"], Json("wallet.delegation.revoked"));
        COMPARE_JSON(revoked.body["data"]["walletId"], Json(wallet.walletId));
        COMPARE_JSON(revoked.body["data"]["shareSetId"], created.body["data"]["shareSetId"]);
        QVERIFY(std::string(created.body["timestamp"]) < std::string(revoked.body["timestamp"]));
        QCOMPARE(sandbox->wallets()->front().status, ShareSetStatus::Revoked);
        QCOMPARE(sandbox->revoke(wallet.walletId).error().code, ErrorCode::NotFound);
        QCOMPARE(sandbox->revoke("nobody").error().code, ErrorCode::NotFound);
        QCOMPARE(sandbox->pendingMessages()->size(), std::size_t(2));
        QVERIFY(sandbox->delegateAgain(wallet.walletId, Chain::Svm).has_value());
        QCOMPARE(sandbox->wallets()->front().status, ShareSetStatus::Active);
    }

    void bulkIsBoundedAndWhole()
    {
        const auto sandbox = open();
        QVERIFY(!sandbox->delegateNew(Chain::Evm, 0).has_value());
        QVERIFY(!sandbox->delegateNew(Chain::Evm, maxBulkDelegations + 1).has_value());
        std::size_t announced = 0;
        sandbox->setMessageListener(
            [&](const std::vector<MessageStore::Due>& due) { announced += due.size(); });
        const auto made = sandbox->delegateNew(Chain::Svm, 521);
        QVERIFY(made.has_value());
        QCOMPARE(made->size(), std::size_t(521));
        QCOMPARE(announced, std::size_t(521));
        const auto wallets = sandbox->wallets();
        QCOMPARE(wallets->size(), std::size_t(521));
        std::set<std::string> addresses;
        for (std::size_t at = 0; at < wallets->size(); ++at) {
            QCOMPARE(wallets->at(at).wallet.walletId, made->at(at).walletId);
            addresses.insert(wallets->at(at).wallet.address);
        }
        QCOMPARE(addresses.size(), std::size_t(521));
    }

    void everythingSurvivesARestart()
    {
        const std::string state = newState();
        auto sandbox = open(state);
        const std::string token(sandbox->identity().apiToken.text());
        const std::string secret(sandbox->identity().webhookSecret.text());
        const std::string root = sandbox->identity().enclaveRootPem;
        const std::string pcr8 = sandbox->identity().enclavePcr8;
        const std::string environment = sandbox->identity().environmentId;
        const std::string hook = sandbox->identity().webhookId;
        const std::string kid = sandbox->encryptionKeys()->back().kid;
        const auto wallet = sandbox->delegateNew(Chain::Evm, 1)->front();
        const std::string pending = lastPending(*sandbox);
        const std::string body = sandbox->prepare(pending)->body;
        sandbox.reset();

        Sandbox::Options again;
        again.state = state;
        sandbox = std::move(*Sandbox::open(std::move(again), m_clock));
        QCOMPARE(std::string(sandbox->identity().apiToken.text()), token);
        QCOMPARE(std::string(sandbox->identity().webhookSecret.text()), secret);
        QCOMPARE(sandbox->identity().enclaveRootPem, root);
        QCOMPARE(sandbox->identity().enclavePcr8, pcr8);
        QCOMPARE(pcr8.size(), std::size_t(96));
        QCOMPARE(sandbox->identity().environmentId, environment);
        QCOMPARE(sandbox->identity().webhookId, hook);
        QCOMPARE(sandbox->webhookUrl(), std::string("http://127.0.0.1:9/in"));
        QCOMPARE(sandbox->encryptionKeys()->back().kid, kid);
        QCOMPARE(sandbox->wallets()->front().wallet.address, wallet.address);
        QCOMPARE(lastPending(*sandbox), pending);
        QCOMPARE(sandbox->prepare(pending)->body, body);
    }

    void theFileIsPrivateAndHeldByOne()
    {
        const std::string state = newState();
        const auto sandbox = open(state);
        QCOMPARE(QFile::permissions(QString::fromStdString(state)) &
                     ~(QFileDevice::ReadUser | QFileDevice::WriteUser),
                 QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        const auto second = Sandbox::open(options(state), m_clock);
        QVERIFY(!second.has_value());
        QCOMPARE(second.error().code, ErrorCode::Busy);
    }

    void aGivenSecretReplacesTheKeptOne()
    {
        const std::string state = newState();
        open(state).reset();
        Sandbox::Options given = options(state);
        given.webhookSecret = SecretBytes::copyOf("my own secret");
        QCOMPARE((*Sandbox::open(std::move(given), m_clock))->identity().webhookSecret.text(),
                 std::string_view("my own secret"));
        QCOMPARE(open(state)->identity().webhookSecret.text(), std::string_view("my own secret"));
    }

    void attemptsAreRecordedAndRetried()
    {
        const std::string state = newState();
        auto sandbox = open(state);
        QVERIFY(sandbox->delegateNew(Chain::Evm, 1).has_value());
        const std::string messageId = lastPending(*sandbox);
        auto next = sandbox->record({{messageId, m_clock.now(), 0, "Connection refused", false}});
        QVERIFY(next.has_value());
        QCOMPARE(next->front(), std::optional<UnixMillis>(m_clock.now() + 15'000));
        sandbox.reset();

        sandbox = open(state);
        QCOMPARE(sandbox->pendingMessages()->front().at, m_clock.now() + 15'000);
        QCOMPARE(sandbox->redeliver(messageId).error().code, ErrorCode::Busy);
        next =
            sandbox->record({{messageId, m_clock.now() + 15'000, 500, "the receiver answered 500", false}});
        QCOMPARE(next->front(), std::optional<UnixMillis>(m_clock.now() + 60'000));
        next =
            sandbox->record({{messageId, m_clock.now() + 60'000, 500, "the receiver answered 500", false}});
        QCOMPARE(next->front(), std::optional<UnixMillis>());
        QVERIFY(sandbox->pendingMessages()->empty());
        const Message failed = sandbox->messages(0, 10)->messages.front();
        QCOMPARE(failed.status, MessageStatus::Failed);
        QCOMPARE(failed.attempts, 3);

        const std::string original = sandbox->prepare(messageId)->body;
        m_clock.advance(std::chrono::hours(1));
        QVERIFY(sandbox->redeliver(messageId).has_value());
        QCOMPARE(sandbox->pendingMessages()->front().at, m_clock.now());
        const Received again = receive(*sandbox, messageId);
        COMPARE_JSON(again.body["redelivery"], Json(true));
        COMPARE_JSON(again.body["messageId"], Json(messageId));
        COMPARE_JSON(again.body["eventId"], (*parseJson(original))["eventId"]);
        next = sandbox->record({{messageId, m_clock.now(), 200, "", true}});
        QCOMPARE(sandbox->messages(0, 10)->messages.front().status, MessageStatus::Delivered);
        QCOMPARE(sandbox->messages(0, 10)->messages.front().attempts, 1);
        QCOMPARE(sandbox->redeliver("nothing").error().code, ErrorCode::NotFound);
    }

    void pingGoesWhereThereIsAnAddress()
    {
        const auto silent = std::move(*Sandbox::open({}, m_clock));
        QVERIFY(silent->ping().has_value());
        QVERIFY(silent->pendingMessages()->empty());
        const auto sandbox = open();
        QVERIFY(sandbox->ping().has_value());
        const Received ping = receive(*sandbox, lastPending(*sandbox));
        COMPARE_JSON(ping.body["eventName"], Json("ping"));
    }

    void theNewestEncryptionKeyIsUsed()
    {
        const auto sandbox = open();
        const auto first = sandbox->encryptionKeys()->back();
        const RsaPrivateKey other = *RsaPrivateKey::generate(2048);
        const auto second = sandbox->registerEncryptionKey(other.publicKey().spkiPem());
        QVERIFY(second.has_value());
        QVERIFY(second->kid != first.kid);
        const auto back = sandbox->registerEncryptionKey(m_key->publicKey().spkiPem());
        QCOMPARE(back->kid, first.kid);
        QCOMPARE(sandbox->encryptionKeys()->size(), std::size_t(2));
        QVERIFY(sandbox->delegateNew(Chain::Evm, 1).has_value());
        const Received received = receive(*sandbox, lastPending(*sandbox));
        COMPARE_JSON(received.body["data"]["encryptedWalletApiKey"]["kid"], Json(first.kid));
    }

    void pagesMessages()
    {
        const auto sandbox = open();
        QVERIFY(sandbox->delegateNew(Chain::Evm, 5).has_value());
        const auto first = sandbox->messages(0, 2);
        QCOMPARE(first->messages.size(), std::size_t(2));
        QVERIFY(first->more);
        const auto second = sandbox->messages(first->cursor, 2);
        QVERIFY(second->more);
        const auto last = sandbox->messages(second->cursor, 2);
        QCOMPARE(last->messages.size(), std::size_t(1));
        QVERIFY(!last->more);
        QVERIFY(first->messages[1].messageId != second->messages[0].messageId);
    }
};

COUNTERSIGN_GUILESS_TEST(SandboxTest)
#include "Sandbox_test.moc"
