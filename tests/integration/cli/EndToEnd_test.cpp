#include "core/base/encoding/Base64.h"
#include "core/crypto/envelopes/WebhookSignature.h"
#include "core/crypto/keys/RsaPrivateKey.h"
#include "tests/integration/cli/Desk.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/RawHttp.h"
#include "tests/unit/crypto/PemWriter.h"

#include <QFile>
#include <QTest>

#include <map>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

/// The way of design.md §3 over real processes: sandbox, relay, command line.
class EndToEndTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_desk.start(u"first"_s), qPrintable(m_desk.why())); }

    void delegationsArrive()
    {
        for (const char* chain : {"EVM", "SVM"}) {
            QCOMPARE(m_desk.delegate(chain, 6).size(), 6U);
        }
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallets().size() == 12; }), qPrintable(m_desk.why()));

        std::map<std::string, Json> here;
        for (const Json& wallet : m_desk.wallets()) {
            here[wallet.at("walletId").get<std::string>()] = wallet;
        }
        for (const Json& there : m_desk.sandboxWallets()) {
            const auto found = here.find(there.at("walletId").get<std::string>());
            QVERIFY(found != here.end());
            const Json& wallet = found->second;
            QVERIFY(wallet.at("chain") == there.at("chain"));
            QVERIFY(wallet.at("userId") == there.at("userId"));
            QVERIFY(wallet.at("shareSetId") == there.at("shareSetId"));
            QVERIFY(wallet.at("status") == Json("active"));
            QVERIFY(wallet.at("health") == Json("unconfirmed"));
            QVERIFY(wallet.at("address") == there.at("address"));
        }
        // Every wallet and the ping are events; a second sync has nothing to do.
        QCOMPARE(events().size(), 13U);
        const auto again = m_desk.cli().inProfile({u"sync"_s, u"--once"_s});
        QCOMPARE(again.exitCode, 0);
        QVERIFY(again.json().at("received") == Json(0));
        QVERIFY(m_desk.cli().inProfile({u"quarantine"_s, u"list"_s}).json() == Json::array());
    }

    void rawBodiesAreKept()
    {
        const Json newest = events().at(0);
        const auto shown =
            m_desk.cli().inProfile({u"events"_s, u"show"_s, QString::number(newest.at("id").get<int>())});
        QCOMPARE(shown.exitCode, 0);
        const Json event = shown.json();
        const auto body = fromBase64(event.at("bodyBase64").get<std::string>());
        QVERIFY(body.has_value());
        const auto parsed = parseJson(asText(*body));
        QVERIFY(parsed.has_value());
        QVERIFY(parsed->at("eventId") == newest.at("eventId"));
        // The signature still verifies over what was kept.
        std::string signature;
        for (const Json& header : event.at("headers")) {
            if (header.at(0) == Json(std::string(webhookSignatureHeader))) {
                signature = header.at(1).get<std::string>();
            }
        }
        std::vector<SecretBytes> secrets;
        secrets.push_back(SecretBytes::copyOf(m_desk.sandbox().value("webhookSecret")));
        QVERIFY(verifyWebhook(signature, *body, secrets).isValid());
    }

    void revokedAndDelegatedAgain()
    {
        const std::string id = walletOn("EVM");
        const std::string shareSet = m_desk.wallet(id).at("shareSetId").get<std::string>();
        QVERIFY(m_desk.revoke(id));
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallet(id).at("status") == Json("revoked"); }),
                 qPrintable(m_desk.why()));
        const Json revoked = m_desk.wallet(id);
        for (const Json& delegation : revoked.at("delegations")) {
            QVERIFY(delegation.at("hasMaterial") == Json(false));
        }
        QVERIFY(m_desk.delegateAgain(id, "EVM"));
        QVERIFY2(m_desk.syncUntil([&] { return m_desk.wallet(id).at("status") == Json("active"); }),
                 qPrintable(m_desk.why()));
        const Json now = m_desk.wallet(id);
        QVERIFY(now.at("shareSetId") != Json(shareSet));
        QCOMPARE(now.at("delegations").size(), 2U);
    }

    void tamperedAndForeignBodiesAreQuarantined()
    {
        const auto before = m_desk.wallets();
        const std::string body = dumpJson({{"eventId", "e-1"},
                                           {"eventName", "wallet.delegation.revoked"},
                                           {"timestamp", "2030-01-01T00:00:00.000Z"},
                                           {"environmentId", m_desk.sandbox().value("environmentId")},
                                           {"data", {{"walletId", walletOn("SVM")}}}});
        const auto secret = SecretBytes::copyOf(m_desk.sandbox().value("webhookSecret"));
        const std::string good = signWebhook(secret, asBytes(body));
        std::string changedBody = body;
        changedBody.replace(changedBody.find("2030"), 4, "2031");
        QVERIFY(post(changedBody, good));  // tampered with
        QVERIFY(post(
            body, signWebhook(SecretBytes::copyOf(std::string_view("no")), asBytes(body))));  // other secret
        QVERIFY(post(body, {}));                                                              // not signed
        const std::string garbage = "{\"eventName\":";
        QVERIFY(post(garbage, signWebhook(secret, asBytes(garbage))));  // signed garbage
        QVERIFY2(m_desk.syncUntil([&] { return quarantine().size() == 4; }), qPrintable(m_desk.why()));
        for (const Json& item : quarantine()) {
            QVERIFY(!item.at("reason").get<std::string>().empty());
        }
        QVERIFY(m_desk.wallets() == before);
        // None of it becomes good by trying again.
        const auto retried = m_desk.cli().inProfile({u"quarantine"_s, u"retry"_s, u"--all"_s});
        QCOMPARE(retried.exitCode, 3);
        QCOMPARE(quarantine().size(), 4U);
    }

    void missingKeyThenRetry()
    {
        // Registered at the sandbox, and not yet in the profile: as after a rotation.
        const auto key = RsaPrivateKey::generate(2048);
        QVERIFY(key.has_value());
        QVERIFY2(m_desk.registerKey(key->publicKey().spkiPem()), qPrintable(m_desk.why()));
        const Json made = m_desk.delegate("SVM", 1);
        QCOMPARE(made.size(), 1U);
        const std::string id = made.at(0).at("walletId").get<std::string>();
        QVERIFY2(m_desk.syncUntil([&] { return quarantine().size() == 5; }), qPrintable(m_desk.why()));
        QVERIFY(m_desk.wallet(id).at("status") == Json("unusable"));
        QVERIFY(m_desk.wallet(id).at("health") == Json("undecryptable"));
        QString quarantineId;
        for (const Json& item : quarantine()) {
            if (item.value("walletId", std::string()) == id) {
                QVERIFY(item.contains("eventId"));
                quarantineId = QString::number(item.at("id").get<int>());
            }
        }
        QVERIFY(!quarantineId.isEmpty());
        QCOMPARE(m_desk.cli().inProfile({u"quarantine"_s, u"retry"_s, quarantineId}).exitCode, 3);

        const QString file = m_desk.path(u"late.pem"_s);
        writePrivateFile(file, QByteArray::fromStdString(pem::pkcs8(key->handle())));
        QCOMPARE(m_desk.cli().inProfile({u"keys"_s, u"import"_s, u"--kid"_s, u"late"_s, file}).exitCode, 0);
        const auto retried = m_desk.cli().inProfile({u"quarantine"_s, u"retry"_s, quarantineId});
        QCOMPARE(retried.exitCode, 0);
        QVERIFY(retried.json().at("applied") == Json(1));
        QVERIFY(m_desk.wallet(id).at("status") == Json("active"));
        QCOMPARE(quarantine().size(), 4U);
    }

    void doctorAndRecord()
    {
        // All is well but the quarantine.
        const auto examined = m_desk.cli().inProfile({u"doctor"_s});
        QCOMPARE(examined.exitCode, 1);
        for (const Json& check : examined.json()) {
            QVERIFY2(check.at("ok") == Json(check.at("check") != Json("quarantine")),
                     dumpJson(check).c_str());
        }
        const auto verified = m_desk.cli().inProfile({u"audit"_s, u"verify"_s});
        QCOMPARE(verified.exitCode, 0);
    }

    void whatIsDroppedIsGoneAndOnRecord()
    {
        const auto cli = [&](const QStringList& words) { return m_desk.cli().inProfile(words); };
        const auto forged = cli({u"quarantine"_s, u"list"_s, u"--reason"_s, u"signature"_s});
        QCOMPARE(forged.exitCode, 0);
        QCOMPARE(forged.json().size(), 3U);
        const auto first = QString::number(forged.json().at(0).at("id").get<int>());
        // One that is not there spares the others.
        QCOMPARE(cli({u"quarantine"_s, u"drop"_s, first, u"9999"_s}).exitCode, 3);
        QCOMPARE(quarantine().size(), 4U);
        const auto one = cli({u"quarantine"_s, u"drop"_s, first});
        QCOMPARE(one.exitCode, 0);
        QVERIFY(one.json() == Json({{"dropped", 1}, {"genuine", 0}}));
        QVERIFY2(one.errors.isEmpty(), one.errors.constData());
        const auto rest = cli({u"quarantine"_s, u"drop"_s, u"--reason"_s, u"signature"_s});
        QVERIFY(rest.json() == Json({{"dropped", 2}, {"genuine", 0}}));
        QCOMPARE(quarantine().size(), 1U);
        // The sentence that the list prints is a reason too. What is correctly signed does not go in silence.
        const auto genuine =
            cli({u"quarantine"_s, u"drop"_s, u"--reason"_s,
                 QString::fromStdString(quarantine().at(0).at("reason").get<std::string>())});
        QVERIFY(genuine.json() == Json({{"dropped", 1}, {"genuine", 1}}));
        QVERIFY2(genuine.errors.contains("genuine"), genuine.errors.constData());
        QVERIFY(quarantine().empty());
        int recorded = 0;
        for (const Json& entry : cli({u"audit"_s, u"list"_s}).json()) {
            recorded += entry.at("kind") == Json("quarantine.dropped") ? 1 : 0;
        }
        QCOMPARE(recorded, 3);
        QCOMPARE(cli({u"audit"_s, u"verify"_s}).exitCode, 0);
        // Forgeries are no events any more; what was genuine still is.
        int dropped = 0;
        for (const Json& event : events()) {
            QVERIFY(event.at("verdict") != Json("quarantined"));
            dropped += event.at("reason").get<std::string>().find("dropped") != std::string::npos ? 1 : 0;
        }
        QCOMPARE(dropped, 1);
    }

    void syncFailsWithASentenceWhenTheInboxCannotBeRead()
    {
        const QString badToken = m_desk.path(u"bad-token"_s);
        writePrivateFile(badToken, "cs_" + QByteArray(43, 'A'));
        const QString goodToken = m_desk.path(u"good-token"_s);
        writePrivateFile(goodToken, QByteArray::fromStdString(m_desk.relayToken()));
        const auto before = m_desk.cli().inProfile({u"settings"_s, u"get"_s, u"relay.inbox"_s}).json();
        const QString inbox = QString::fromStdString(before.at("relay.inbox").get<std::string>());
        const auto fails = [this] {
            const auto outcome = m_desk.cli().inProfile({u"sync"_s, u"--once"_s});
            return outcome.exitCode == 1 && outcome.output.isEmpty() && !outcome.errors.isEmpty();
        };
        const auto succeeds = [this](const QStringList& arguments) {
            return m_desk.cli().inProfile(arguments).exitCode == 0;
        };
        QVERIFY(succeeds({u"settings"_s, u"set"_s, u"relay.inbox"_s, u"nowhere"_s}));
        QVERIFY(fails());
        QVERIFY(succeeds({u"settings"_s, u"set"_s, u"relay.inbox"_s, inbox}));
        QVERIFY(succeeds({u"relay-token"_s, u"set"_s, u"--token-file"_s, badToken}));
        QVERIFY(fails());
        QVERIFY(succeeds({u"relay-token"_s, u"set"_s, u"--token-file"_s, goodToken}));
        QVERIFY(succeeds({u"sync"_s, u"--once"_s}));
        m_desk.relay().kill();
        QVERIFY(fails());
    }

    void changedRecordIsFound()
    {
        // As somebody would who may write the file: what is not sealed is readable and writable.
        QFile head(m_desk.path(u"profile/audit.head"_s));
        QVERIFY(head.exists());
        QVERIFY(head.remove());
        const auto verified = m_desk.cli().inProfile({u"audit"_s, u"verify"_s});
        QCOMPARE(verified.exitCode, 3);
        QVERIFY(verified.json().at("intact") == Json(false));
        QVERIFY(!verified.json().at("finding").get<std::string>().empty());
    }

private:
    Json events() { return m_desk.cli().inProfile({u"events"_s, u"list"_s}).json(); }
    Json quarantine() { return m_desk.cli().inProfile({u"quarantine"_s, u"list"_s}).json(); }

    std::string walletOn(const char* chain)
    {
        for (const Json& wallet : m_desk.wallets()) {
            if (wallet.at("chain") == Json(chain) && wallet.at("status") == Json("active")) {
                return wallet.at("walletId").get<std::string>();
            }
        }
        return {};
    }

    bool post(const std::string& body, const std::string& signature)
    {
        const std::string header = signature.empty()
                                       ? std::string()
                                       : std::string(webhookSignatureHeader) + ": " + signature + "\r\n";
        const auto response =
            RawHttp::exchange(m_desk.relay().port(), RawHttp::post("/in/desk", body, header));
        return response && response->status == 200;
    }

    Desk m_desk;
};

COUNTERSIGN_GUILESS_TEST(EndToEndTest)
#include "EndToEnd_test.moc"
