#include "core/vault/KeyRing.h"

#include "core/base/encoding/Base64.h"
#include "core/base/encoding/Hex.h"
#include "core/vault/SecretStore.h"
#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TestProfile.h"

#include <QTest>

#include <fstream>
#include <iterator>

using namespace countersign;

namespace {

std::string contentOf(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// Where in the profile a secret occurs: raw, in hex or in base64 (at each of the three alignments).
QString traceOf(const std::filesystem::path& folder, BytesView secret)
{
    std::vector<std::string> forms{std::string(asText(secret)), toHex(secret)};
    for (std::size_t skip = 0; skip < 3 && secret.size() > 8; ++skip) {
        const BytesView rest = secret.subspan(skip);
        forms.push_back(toBase64(rest.first(rest.size() / 3 * 3)));
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        const std::string content = contentOf(entry.path());
        for (const std::string& form : forms) {
            if (content.find(form) != std::string::npos) {
                return QString::fromStdString(entry.path().filename().string());
            }
        }
    }
    return {};
}

}  // namespace

class KeyRingTest : public QObject
{
    Q_OBJECT

private:
    // Generated once: the slow part.
    const RsaPrivateKey m_first = RsaPrivateKey::generate(2048).value();
    const RsaPrivateKey m_second = RsaPrivateKey::generate(2048).value();

private Q_SLOTS:
    void keepsKeysSealed()
    {
        TestProfile profile;
        KeyRing ring(*profile.database, *profile.vault);
        const auto added = ring.add("first", m_first, true, 10);
        QVERIFY(added.has_value());
        QCOMPARE(added->fingerprint, m_first.publicKey().fingerprint());
        QVERIFY(ring.add("second", m_second, false, 20).has_value());

        const auto infos = ring.list();
        QCOMPARE(infos->size(), std::size_t{2});
        QCOMPARE(infos->at(0).kid, std::string("second"));
        QVERIFY(!infos->at(0).generated && infos->at(1).generated);
        QCOMPARE(infos->at(1).publicKeyPem, m_first.publicKey().spkiPem());
        QCOMPARE(infos->at(1).bits, 2048);

        const auto keys = ring.privateKeys();
        QCOMPARE(keys->size(), std::size_t{2});
        QCOMPARE(keys->at(1).kid, std::string("first"));
        QVERIFY(keys->at(1).key->pkcs8Der().equals(m_first.pkcs8Der().view()));
        QVERIFY(keys->at(0).key->pkcs8Der().equals(m_second.pkcs8Der().view()));

        profile.vault->lock();
        QCOMPARE(ring.privateKeys().error().code, ErrorCode::Locked);
        QCOMPARE(ring.list()->size(), std::size_t{2});
    }

    void sameIdAndSameKeyAreRefused()
    {
        TestProfile profile;
        KeyRing ring(*profile.database, *profile.vault);
        QVERIFY(ring.add("first", m_first, true, 10).has_value());
        const auto sameId = ring.add("first", m_second, true, 10);
        const auto sameKey = ring.add("other", m_first, true, 10);
        QCOMPARE(sameId.error().code, ErrorCode::AlreadyExists);
        QCOMPARE(sameKey.error().code, ErrorCode::AlreadyExists);
        QVERIFY(sameId.error().sentence != sameKey.error().sentence);
        QCOMPARE(ring.add("", m_second, true, 10).error().code, ErrorCode::InvalidInput);
        QCOMPARE(ring.add(std::string(257, 'k'), m_second, true, 10).error().code, ErrorCode::InvalidInput);
        QCOMPARE(ring.list()->size(), std::size_t{1});
    }

    void aKeyUnderAnotherIdDoesNotOpen()
    {
        TestProfile profile;
        KeyRing ring(*profile.database, *profile.vault);
        QVERIFY(ring.add("first", m_first, true, 10).has_value());
        profile.database->handle().exec("UPDATE rsa_key SET kid = 'second'");
        QCOMPARE(ring.privateKeys().error().code, ErrorCode::Corrupt);
    }

    void plantedSecretsAreFoundNowhere()
    {
        const QTemporaryDir folder;
        const ProfilePaths paths(std::filesystem::path(folder.path().toStdString()) / "profile");
        const auto rootKeys = std::make_shared<MemoryRootKeyStore>();
        const std::string_view passphrase = "planted passphrase of the operator";
        const std::string_view webhookSecret = "dyn_planted-webhook-secret-0123456789";
        const std::string_view token = "planted-relay-token-abcdefghijkl";
        const std::string_view share = "planted share of a delegated wallet";
        const SealedCell cell{"delegation", "event", "sealed_share"};
        const auto vault =
            createVault(paths, {VaultProtection::Keychain::Os, SecretBytes::copyOf(passphrase)}, rootKeys,
                        ManualClock(1))
                .value();
        auto database = Database::open(paths.database(), Database::Mode::ReadWrite).value();
        SecretStore store(*database, *vault);
        QVERIFY(KeyRing(*database, *vault).add("kid", m_first, true, 1).has_value());
        QVERIFY(store.put(webhookSecretKind, "a", SecretBytes::copyOf(webhookSecret), 1).has_value());
        QVERIFY(store.put(relayTokenKind, "a", SecretBytes::copyOf(token), 1).has_value());
        const Bytes box = vault->seal(cell, asBytes(share)).value();
        QVERIFY(Settings(*database).set("box", toHex(box)).has_value());

        const SecretBytes der = m_first.pkcs8Der();
        // The first fifty bytes of a PKCS#8 key are the same in all; look for what is its own.
        const BytesView ownPart = der.view().subspan(der.size() / 2, 48);
        const Vault::DerivedKey derived = vault->deriveKey("audit-v1").value();
        const auto search = [&](const char* when) {
            for (const BytesView secret :
                 {asBytes(passphrase), asBytes(webhookSecret), asBytes(token), asBytes(share), ownPart,
                  rootKeys->keys.begin()->second.view(), derived->view()}) {
                const QString file = traceOf(paths.root, secret);
                QVERIFY2(file.isEmpty(), qPrintable(QString::fromLatin1(when) + QStringLiteral(": ") + file));
            }
        };
        // The search itself works: what may be read is found, in the -wal file too.
        QVERIFY(!traceOf(paths.root, asBytes(toHex(box))).isEmpty());
        QVERIFY(!traceOf(paths.root, box).isEmpty());
        QVERIFY(std::filesystem::file_size(paths.database().string() + "-wal") > 0);
        search("before the checkpoint");
        QVERIFY(scrub(*database).has_value());
        search("after the checkpoint");
        QVERIFY(store.remove(webhookSecretKind, "a").has_value());
        search("after the removal");
        database.reset();
        search("after closing");
    }

    void destroyedBoxesLeaveTheFilesAfterScrubbing()
    {
        TestProfile profile;
        SecretStore store(*profile.database, *profile.vault);
        QVERIFY(store.put(apiTokenKind, "a", SecretBytes::copyOf(std::string_view("token")), 1).has_value());
        const auto sealed =
            toBytes(blobView(profile.database->handle().execAndGet("SELECT sealed FROM secret")));
        QVERIFY(!traceOf(profile.paths.root, sealed).isEmpty());
        QVERIFY(store.remove(apiTokenKind, "a").has_value());
        QVERIFY(!traceOf(profile.paths.root, sealed).isEmpty());  // the trap: still in the -wal file
        {
            const auto reader = profile.openDatabase(Database::Mode::ReadOnly);
            reader->handle().exec("BEGIN");
            (void)reader->handle().execAndGet("SELECT count(*) FROM secret").getInt();
            QVERIFY(store.put(apiTokenKind, "b", SecretBytes::copyOf(std::string_view("x")), 1).has_value());
            profile.database->handle().setBusyTimeout(50);
            QCOMPARE(scrub(*profile.database).error().code, ErrorCode::Busy);
        }
        QVERIFY(scrub(*profile.database).has_value());
        QVERIFY(traceOf(profile.paths.root, sealed).isEmpty());
    }
};

COUNTERSIGN_GUILESS_TEST(KeyRingTest)
#include "KeyRing_test.moc"
