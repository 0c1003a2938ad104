#include "core/dynamic/InspectionAnswers.h"

#include "core/base/encoding/Json.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

const std::string plainWallet = R"("walletId":"w1","accountAddress":"0xA","chainName":"EVM")";

Result<InspectedWallet> walletWith(const std::string& more)
{
    return parseInspectedWallet(asBytes("{\"wallet\":{" + plainWallet + more + "}}"));
}

/// What no answer may be, of whatever call.
void addHostileRows()
{
    QTest::addColumn<QByteArray>("body");
    for (const char* text : {"", "null", "1", "\"x\"", "[1]", "[null]", "{", "{}x", "\xff\xfe", "<html>",
                             R"({"a":1,"a":2})", "{\"wallet\":[],\"user\":[],\"token\":1,\"data\":1}"}) {
        QTest::newRow(*text == '\0' ? "empty" : text) << QByteArray(text);
    }
    QTest::newRow("deep") << QByteArray(100, '[') + QByteArray(100, ']');
    QTest::newRow("long") << '"' + QByteArray(9 * 1024 * 1024, 'x') + '"';
}

}  // namespace

class InspectionAnswersTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAWallet()
    {
        const auto wallet = walletWith(
            R"(,"keyShares":[{"id":"s","backupLocation":"dynamic"},{"id":"d","backupLocation":"delegated"}],)"
            R"("settings":{"revokeOnNextSignOn":true,"reshareOnNextSignOn":false,"other":true})");
        QVERIFY(wallet.has_value());
        QCOMPARE(wallet->wallet.walletId, std::string("w1"));
        QVERIFY(wallet->isDelegated == true);
        QVERIFY(wallet->pendingChanges == std::vector<std::string>{"revokeOnNextSignOn"});
    }

    void sharesTellOfTheDelegation_data()
    {
        QTest::addColumn<QByteArray>("more");
        QTest::addColumn<int>("isDelegated");
        QTest::newRow("none listed") << QByteArray() << -1;
        QTest::newRow("no list") << QByteArray(R"(,"keyShares":"x","otherShareSets":{})") << -1;
        QTest::newRow("empty") << QByteArray(R"(,"keyShares":[])") << 0;
        QTest::newRow("others") << QByteArray(R"(,"keyShares":[1,null,{"backupLocation":"icloud"}])") << 0;
        QTest::newRow("a share") << QByteArray(R"(,"keyShares":[{"backupLocation":"delegated"}])") << 1;
        QTest::newRow("a share set")
            << QByteArray(R"(,"keyShares":[],"otherShareSets":[{"shareSetType":"delegated"}])") << 1;
        QTest::newRow("another set") << QByteArray(R"(,"otherShareSets":[{"shareSetType":"server"}])") << 0;
    }

    void sharesTellOfTheDelegation()
    {
        QFETCH(const QByteArray, more);
        QFETCH(const int, isDelegated);
        const auto wallet = walletWith(more.toStdString());
        QVERIFY(wallet.has_value());
        QCOMPARE(wallet->isDelegated ? int(*wallet->isDelegated) : -1, isDelegated);
    }

    void readsAUsersWallets()
    {
        const auto wallets = parseUserWallets(
            asBytes(std::string(R"({"user":{"id":"u","verifiedCredentials":[)"
                                R"({"format":"email","email":"a@b"},{"format":"blockchain"},7,)"
                                R"({"format":"blockchain","id":"w1","address":"0xA","walletProperties":{)"
                                R"("otherShareSets":[{"shareSetType":"delegated"}],)"
                                R"("settings":{"shouldRefreshOnNextSignOn":true}}},)"
                                R"({"format":"blockchain","address":"0xB"}]}})")));
        QVERIFY(wallets.has_value());
        QCOMPARE(wallets->size(), std::size_t{2});
        QCOMPARE(wallets->front().id, std::string("w1"));
        QVERIFY(wallets->front().isDelegated == true);
        QVERIFY(wallets->front().pendingChanges == std::vector<std::string>{"shouldRefreshOnNextSignOn"});
        QVERIFY(!wallets->back().isDelegated && wallets->back().pendingChanges.empty());
    }

    void shareSetsTellWhoTheyAre()
    {
        const auto wallet = walletWith(
            R"(,"otherShareSets":[{"shareSetType":"delegated","shareSetId":"d1"},{"shareSetType":"server",)"
            R"("shareSetId":"s1"},7,{"shareSetType":"delegated","shareSetId":8}])");
        QVERIFY(wallet->shareSets.areListed);
        QVERIFY(wallet->shareSets.delegated == std::vector<std::string>{"d1"});
        QVERIFY(!walletWith(R"(,"keyShares":[])")->shareSets.areListed);
        QVERIFY(!walletWith(R"(,"otherShareSets":null)")->shareSets.areListed);
    }

    void readsTheSettings()
    {
        const auto read = [](const char* body) { return *parseDelegatedAccess(asBytes(std::string(body))); };
        const DelegatedAccessSettings all = {true, false, true};
        QVERIFY(read(R"({"sdk":{"waas":{"delegatedAccess":{"enabled":true,"promptUsersOnSignIn":false,)"
                     R"("requiresDelegation":true}}}})") == all);
        // What is not told is not taken for "off".
        for (const char* body : {"{}", R"({"sdk":null})", R"({"sdk":{"waas":[]}})",
                                 R"({"sdk":{"waas":{"delegatedAccess":{"enabled":"true"}}}})"}) {
            QVERIFY2(!parseDelegatedAccess(asBytes(std::string(body))), body);
        }
    }

    void readsKeys()
    {
        const auto keys = parseEncryptionKeys(asBytes(std::string(
            R"({"key":{"kid":"k2"},"keys":[{"kid":"k1","status":"revoked","publicKeyPemB64":"AA==",)"
            R"("createdAt":"2026-01-01T00:00:00.000Z","expiresAt":"soon"},{"kid":"k2","publicKey":"PEM"}]})")));
        QVERIFY(keys.has_value());
        QCOMPARE(keys->size(), std::size_t{2});
        QCOMPARE(keys->front().status, std::string("revoked"));
        QCOMPARE(keys->front().publicKey, std::string("AA=="));
        QCOMPARE(keys->front().createdAt, 1767225600000);
        QCOMPARE(keys->front().expiresAt, 0);
        QCOMPARE(keys->back().publicKey, std::string("PEM"));
        QVERIFY(parseEncryptionKeys(asBytes(std::string("{}")))->empty());
        for (const char* body :
             {R"({"keys":{}})", R"({"keys":[{}]})", R"({"key":[]})", R"({"key":{"kid":""}})"}) {
            QVERIFY2(!parseEncryptionKeys(asBytes(std::string(body))), body);
        }
    }

    void readsWebhooks()
    {
        const std::string one = R"({"webhookId":"h","url":"https://a.example/in","events":["ping"],)"
                                R"("isEnabled":false,"secret":"ignored"})";
        const RegisteredWebhook expected = {"h", "https://a.example/in", {"ping"}, false};
        for (const std::string& body :
             {"[" + one + "]", "{\"webhooks\":[" + one + "]}", "{\"data\":[" + one + "]}"}) {
            QVERIFY(parseWebhooks(asBytes(body)).value() == std::vector{expected});
        }
        for (const char* body :
             {R"([{}])", R"([{"webhookId":"h","url":"u","events":["a"]}])",
              R"([{"webhookId":"h","url":"u","events":[1],"isEnabled":true}])",
              "[{\"webhookId\":\"h\\u001b\",\"url\":\"u\",\"events\":[],\"isEnabled\":true}]"}) {
            QVERIFY2(!parseWebhooks(asBytes(std::string(body))), body);
        }
        std::string many = one;
        for (int i = 0; i < 200; ++i) {
            many += "," + one;
        }
        QVERIFY(!parseWebhooks(asBytes("[" + many + "]")));
    }

    void readsTheToken()
    {
        const auto token = parseToken(asBytes(std::string(
            R"({"token":{"scopes":["all.read","x"],"projectEnvironmentId":"env","checksum":"abc"}})")));
        QVERIFY(token->scopes == (std::vector<std::string>{"all.read", "x"}));
        QCOMPARE(token->environmentId, std::string("env"));
        for (const char* body : {R"({"token":{}})", R"({"scopes":"x"})", R"({"scopes":[1]})"}) {
            QVERIFY2(!parseToken(asBytes(std::string(body))), body);
        }
    }

    void readsMessages()
    {
        const auto page = parseWebhookMessages(asBytes(
            std::string(R"({"cursor":"c2","data":[)"
                        R"({"messageId":"m1","eventId":"e1","eventName":"ping","status":"failed",)"
                        R"("messageCreatedAt":"2026-01-01T00:00:00.000Z",)"
                        R"("request":{"body":"{}","headers":{"X-Dynamic-Signature-256":"sha256=aa","a":1}}},)"
                        R"({"messageId":"m2"},)"
                        R"({"messageId":"m3","eventId":"e3","request":{"body":{},"headers":{}}}]})")));
        QVERIFY(page.has_value());
        QCOMPARE(page->cursor, std::string("c2"));
        QCOMPARE(page->unreadable, 1);
        QCOMPARE(page->messages.size(), std::size_t{2});
        const WebhookMessageRecord& first = page->messages.front();
        QCOMPARE(first.eventName, std::string("ping"));
        QCOMPARE(first.createdAt, 1767225600000);
        QVERIFY(first.sent && first.sent->body == "{}" && first.sent->signature == "sha256=aa" &&
                first.sent->signatureHeader == "x-dynamic-signature-256");
        QVERIFY(!page->messages.back().sent);
        for (const char* body :
             {R"({"data":[],"cursor":null})", R"({"data":[],"cursor":""})", R"({"data":[]})"}) {
            QVERIFY2(parseWebhookMessages(asBytes(std::string(body)))->cursor.empty(), body);
        }
        for (const char* body : {R"({"cursor":"c"})", R"({"data":{}})", R"({"data":[],"cursor":7})",
                                 "{\"data\":[],\"cursor\":\"\\n\"}"}) {
            QVERIFY2(!parseWebhookMessages(asBytes(std::string(body))), body);
        }
    }

    void readsAnEvent()
    {
        QCOMPARE(*parseEventName(asBytes(std::string(R"({"eventName":"ping"})"))), std::string("ping"));
        QCOMPARE(*parseEventName(asBytes(std::string(R"({"event":{"eventName":"ping"}})"))),
                 std::string("ping"));
        QVERIFY(!parseEventName(asBytes(std::string(R"({"eventName":1})"))));
    }

    void hostileAnswersAreNone_data() { addHostileRows(); }

    void hostileAnswersAreNone()
    {
        QFETCH(const QByteArray, body);
        const BytesView bytes =
            asBytes(std::string_view(body.constData(), static_cast<std::size_t>(body.size())));
        const auto isNetwork = [](const auto& result) {
            return !result && result.error().code == ErrorCode::Network && !result.error().sentence.isEmpty();
        };
        QVERIFY(isNetwork(parseInspectedWallet(bytes)));
        QVERIFY(isNetwork(parseUserWallets(bytes)));
        QVERIFY(isNetwork(parseWebhooks(bytes)));
        QVERIFY(isNetwork(parseToken(bytes)));
        QVERIFY(isNetwork(parseWebhookMessages(bytes)));
        QVERIFY(isNetwork(parseEventName(bytes)));
        // Of objects, what is missing is not told rather than wrong.
        if (!body.startsWith("{\"wallet\"")) {
            QVERIFY(isNetwork(parseDelegatedAccess(bytes)));
            QVERIFY(isNetwork(parseEncryptionKeys(bytes)));
        }
    }
};

COUNTERSIGN_GUILESS_TEST(InspectionAnswersTest)
#include "InspectionAnswers_test.moc"
