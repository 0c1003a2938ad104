#include "core/vault/Vault.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/VaultScene.h"

#include <QTest>

#include <atomic>
#include <thread>

using namespace countersign;
using namespace countersign::testing;

class VaultTest : public QObject, private VaultScene
{
    Q_OBJECT

private Q_SLOTS:
    void init() { begin(); }

    void createdVaultIsUnlockedAndTellsItsFacts()
    {
        const auto vault = createVault(paths(), protection(os), keys, clock);
        QVERIFY(vault.has_value());
        QVERIFY((*vault)->isUnlocked());
        const auto opened = Vault::open(paths(), nullptr);
        QVERIFY(opened.has_value());
        QVERIFY(!(*opened)->isUnlocked());
        const ProfileInfo& info = (*opened)->info();
        QCOMPARE(info.profileId, (*vault)->info().profileId);
        QCOMPARE(info.createdAt, clock.now());
        QVERIFY(info.keychain == os && !info.hasPassphrase && !info.demonstration);
        QCOMPARE(keys->keys.size(), std::size_t{1});
        QCOMPARE(keys->keys.begin()->second.size(), std::size_t{32});
        QCOMPARE(keys->keys.begin()->first.toStdString(), info.profileId);
    }

    void demonstrationIsMarked()
    {
        const auto vault = waitFor<Result<std::shared_ptr<Vault>>>(
            [&](auto done) { Vault::create(paths(), {}, true, keys, clock, std::move(done)); });
        QVERIFY((*vault)->info().demonstration);
        QVERIFY((*Vault::open(paths(), keys))->info().demonstration);
    }

    void eachWayOfProtectionUnlocks_data()
    {
        QTest::addColumn<bool>("keychain");
        QTest::addColumn<QByteArray>("passphrase");
        QTest::newRow("keychain") << true << QByteArray();
        QTest::newRow("passphrase") << false << QByteArray("correct horse");
        QTest::newRow("both") << true << QByteArray("correct horse");
    }

    void eachWayOfProtectionUnlocks()
    {
        QFETCH(const bool, keychain);
        QFETCH(const QByteArray, passphrase);
        const std::string_view text = passphrase.toStdString().empty() ? "" : "correct horse";
        const SealedCell cell{"t", "r", "c"};
        Bytes box;
        Bytes derived;
        {
            const auto vault = createVault(paths(), protection(keychain ? os : none, text), keys, clock);
            QVERIFY(vault.has_value());
            box = (*vault)->seal(cell, asBytes("content")).value();
            derived = toBytes((*vault)->deriveKey("audit-v1").value()->view());
            QCOMPARE(keys->keys.size(), std::size_t{keychain ? 1U : 0U});
        }
        const auto vault = Vault::open(paths(), keys).value();
        QCOMPARE(vault->unseal(cell, box).error().code, ErrorCode::Locked);
        QCOMPARE(vault->seal(cell, box).error().code, ErrorCode::Locked);
        QCOMPARE(vault->deriveKey("audit-v1").error().code, ErrorCode::Locked);
        QVERIFY(unlockVault(*vault, text).has_value());
        QCOMPARE(vault->unseal(cell, box)->text(), std::string_view("content"));
        QVERIFY(vault->deriveKey("audit-v1").value()->equals(derived));
        QVERIFY(!vault->deriveKey("other-v1").value()->equals(derived));
        QCOMPARE(vault->unsealPublic(cell, box).value(), toBytes(asBytes(std::string_view("content"))));
        const std::weak_ptr<const SecretBytes> kept = vault->deriveKey("audit-v1").value();
        QVERIFY(!kept.expired());
        vault->lock();
        QVERIFY(!vault->isUnlocked());
        QVERIFY(kept.expired());
        QCOMPARE(vault->unseal(cell, box).error().code, ErrorCode::Locked);
        QCOMPARE(vault->unsealPublic(cell, box).error().code, ErrorCode::Locked);
        QCOMPARE(vault->deriveKey("audit-v1").error().code, ErrorCode::Locked);
    }

    void eitherPartAloneIsUseless()
    {
        QVERIFY(createVault(paths(), protection(os, "right"), keys, clock).has_value());
        const auto vault = Vault::open(paths(), keys).value();
        QCOMPARE(unlockVault(*vault, "wrong").error().code, ErrorCode::WrongPassphrase);
        QCOMPARE(unlockVault(*vault).error().code, ErrorCode::WrongPassphrase);
        const SecretBytes rootKey = keys->keys.begin()->second.clone();
        keys->keys.begin()->second = SecretBytes::random(32);
        QCOMPARE(unlockVault(*vault, "right").error().code, ErrorCode::WrongPassphrase);
        keys->keys.begin()->second = rootKey.clone();
        QVERIFY(unlockVault(*vault, "right").has_value());
        // Asking again for the passphrase must not lock a vault in use.
        QCOMPARE(unlockVault(*vault, "wrong").error().code, ErrorCode::WrongPassphrase);
        QVERIFY(vault->isUnlocked());
    }

    /// Before something that cannot be undone.
    void verifyingAsksAnewAndChangesNothing_data() { eachWayOfProtectionUnlocks_data(); }

    void verifyingAsksAnewAndChangesNothing()
    {
        QFETCH(const bool, keychain);
        QFETCH(const QByteArray, passphrase);
        const std::string_view text = passphrase.isEmpty() ? "" : "correct horse";
        const auto verify = [](Vault& vault, std::string_view given) {
            return waitFor<Status>(
                [&](auto done) { vault.verify(SecretBytes::copyOf(given), std::move(done)); });
        };
        QVERIFY(createVault(paths(), protection(keychain ? os : none, text), keys, clock).has_value());
        const auto vault = Vault::open(paths(), keys).value();
        QCOMPARE(verify(*vault, text).error().code, ErrorCode::Locked);
        QVERIFY(!vault->isUnlocked());
        QVERIFY(unlockVault(*vault, text).has_value());
        QCOMPARE(verify(*vault, "wrong").error().code, ErrorCode::WrongPassphrase);
        QVERIFY(verify(*vault, text).has_value());
        if (keychain) {
            keys->fault = KeychainState::Locked;
            QCOMPARE(verify(*vault, text).error().code, ErrorCode::KeychainUnavailable);
            keys->fault.reset();
        }
        QVERIFY(vault->isUnlocked());
        Status cancelled;
        bool isAnswered = false;
        vault->verify(SecretBytes::copyOf(text), [&](const Status& status) {
            cancelled = status;
            isAnswered = true;
        });
        vault->lock();
        QTRY_VERIFY(isAnswered);
        QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
    }

    void aPassphraseThatIsNotNeededIsRefused()
    {
        QVERIFY(createVault(paths(), protection(os), keys, clock).has_value());
        const auto vault = Vault::open(paths(), keys).value();
        QCOMPARE(unlockVault(*vault, "surplus").error().code, ErrorCode::WrongPassphrase);
    }

    void keychainFaultsReachTheCaller()
    {
        QVERIFY(createVault(paths(), protection(os), keys, clock).has_value());
        const auto vault = Vault::open(paths(), keys).value();
        for (const KeychainState state : {KeychainState::Locked, KeychainState::Absent, KeychainState::Denied,
                                          KeychainState::TimedOut, KeychainState::NoBus}) {
            keys->fault = state;
            const auto unlocked = unlockVault(*vault);
            QCOMPARE(unlocked.error().code, ErrorCode::KeychainUnavailable);
            QCOMPARE(unlocked.error().sentence, keychainSentence(state));
        }
        keys->fault.reset();
        keys->keys.begin()->second = SecretBytes::random(31);
        QCOMPARE(unlockVault(*vault).error().code, ErrorCode::Corrupt);
        keys->keys.clear();
        QCOMPARE(unlockVault(*vault).error().code, ErrorCode::NotFound);
        const auto withoutStore = Vault::open(paths(), nullptr).value();
        QCOMPARE(unlockVault(*withoutStore).error().code, ErrorCode::KeychainUnavailable);
    }

    void sentencesDifferAndSayWhatToDo()
    {
        QSet<QString> sentences;
        for (const KeychainState state :
             {KeychainState::Available, KeychainState::Locked, KeychainState::Absent, KeychainState::Denied,
              KeychainState::TimedOut, KeychainState::NoBus}) {
            sentences.insert(keychainSentence(state));
        }
        QCOMPARE(sentences.size(), 6);
        QVERIFY(keychainSentence(KeychainState::Absent).contains(QStringLiteral("--keychain none")));
    }

    void theSameTextInAnotherFormUnlocks()
    {
        QVERIFY(createVault(paths(), protection(none, "scho\xcc\x88n"), keys, clock).has_value());
        for (const char* text : {"sch\xc3\xb6n", "scho\xcc\x88n", "\xef\xbb\xbfsch\xc3\xb6n"}) {
            QVERIFY(unlockVault(*Vault::open(paths(), keys).value(), text).has_value());
        }
        QCOMPARE(unlockVault(*Vault::open(paths(), keys).value(), "schon").error().code,
                 ErrorCode::WrongPassphrase);
    }

    void aBoxOpensInItsOwnCellOnly()
    {
        const auto vault = createVault(paths(), protection(os), keys, clock).value();
        const SealedCell cell{"table", "row", "column", 1};
        const Bytes box = vault->seal(cell, asBytes("x")).value();
        QVERIFY(vault->unseal(cell, box).has_value());
        for (const SealedCell& other :
             {SealedCell{"tabl", "erow", "column", 1}, SealedCell{"table", "ro", "wcolumn", 1},
              SealedCell{"table", "row2", "column", 1}, SealedCell{"table", "row", "colum", 1},
              SealedCell{"table", "row", "column", 2}}) {
            QCOMPARE(vault->unseal(other, box).error().code, ErrorCode::Corrupt);
        }
        for (std::size_t i = 0; i < box.size(); ++i) {
            Bytes changed = box;
            changed[i] ^= 1U;
            QCOMPARE(vault->unseal(cell, changed).error().code, ErrorCode::Corrupt);
            QCOMPARE(vault->unseal(cell, BytesView(box).first(i)).error().code, ErrorCode::Corrupt);
        }
        const auto otherKeys = std::make_shared<MemoryRootKeyStore>();
        const auto foreign = createVault(paths("other"), protection(os), otherKeys, clock).value();
        QCOMPARE(foreign->unseal(cell, box).error().code, ErrorCode::Corrupt);
        QVERIFY(vault->seal(cell, asBytes("x")).value() != box);  // a fresh nonce every time
    }

    void lockingWhileUnlockingCancels()
    {
        QVERIFY(createVault(paths(), protection(os, "secret"), keys, clock).has_value());
        const auto vault = Vault::open(paths(), keys).value();
        const auto status = waitFor<Status>([&](auto done) {
            vault->unlock(SecretBytes::copyOf(std::string_view("secret")), std::move(done));
            vault->lock();
        });
        QCOMPARE(status.error().code, ErrorCode::Cancelled);
        QVERIFY(!vault->isUnlocked());
        QVERIFY(unlockVault(*vault, "secret").has_value());
    }

    void callbacksComeOnceLaterAndHere()
    {
        QVERIFY(createVault(paths(), protection(none, "secret"), keys, clock).has_value());
        auto vault = Vault::open(paths(), keys).value();
        int calls = 0;
        bool foreignThread = false;
        const auto count = [&](const Status&) {
            ++calls;
            foreignThread = foreignThread || QThread::currentThread() != thread();
        };
        vault->unlock(SecretBytes::copyOf(std::string_view("secret")), count);
        vault->unlock(SecretBytes::copyOf(std::string_view("wrong")), count);
        vault->unlock({}, count);
        QCOMPARE(calls, 0);
        QTRY_COMPARE_WITH_TIMEOUT(calls, 3, patienceMs);
        vault->lock();
        vault->unlock(SecretBytes::copyOf(std::string_view("secret")), count);
        vault.reset();  // dropped: the callback still comes
        QTRY_COMPARE_WITH_TIMEOUT(calls, 4, patienceMs);
        QTest::qWait(20);
        QCOMPARE(calls, 4);
        QVERIFY(!foreignThread);
    }

    void sealsFromManyThreadsWhileLocking()
    {
        const auto vault = createVault(paths(), protection(os), keys, clock).value();
        const SealedCell cell{"t", "r", "c"};
        std::atomic<bool> wrong = false;
        std::atomic<int> sealed = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (;;) {
                    const auto box = vault->seal(cell, asBytes("content"));
                    if (!box) {
                        wrong = wrong || box.error().code != ErrorCode::Locked;
                        return;
                    }
                    const auto opened = vault->unseal(cell, *box);
                    wrong = wrong ||
                            (opened ? opened->text() != "content" : opened.error().code != ErrorCode::Locked);
                    ++sealed;
                }
            });
        }
        while (sealed < 200) {
            std::this_thread::yield();
        }
        vault->lock();
        for (std::thread& thread : threads) {
            thread.join();
        }
        QVERIFY(!wrong);
    }

    void standardPathsFollowTheEnvironment()
    {
        qputenv("COUNTERSIGN_PROFILE", "/somewhere/else");
        QCOMPARE(ProfilePaths::standard().database().string(), std::string("/somewhere/else/profile.sqlite"));
        qunsetenv("COUNTERSIGN_PROFILE");
        QVERIFY(ProfilePaths::standard().root.string().ends_with("countersign/default"));
    }
};

COUNTERSIGN_GUILESS_TEST(VaultTest)
#include "Vault_test.moc"
