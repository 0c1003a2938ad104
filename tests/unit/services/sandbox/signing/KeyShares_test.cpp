#include "services/sandbox/signing/KeyShares.h"

#include "core/crypto/primitives/Ed25519.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;
using namespace countersign::sandbox;

class KeySharesTest : public QObject
{
    Q_OBJECT

private:
    static Result<SecretBytes> sum(Chain chain, const SecretBytes& a, const SecretBytes& b)
    {
        return chain == Chain::Evm ? secp256k1::add(a, b) : ed25519::add(a, b);
    }

private Q_SLOTS:
    void theSumIsTheKey()
    {
        for (int round = 0; round < 20; ++round) {
            const KeyShares evm = KeyShares::generate(Chain::Evm);
            const auto evmKey = secp256k1::publicKey(*sum(Chain::Evm, evm.server, evm.holder));
            QCOMPARE(*evm.publicKey(Chain::Evm), toBytes(*evmKey));

            const KeyShares solana = KeyShares::generate(Chain::Svm);
            const auto solanaKey = ed25519::publicKeyOfScalar(*sum(Chain::Svm, solana.server, solana.holder));
            QCOMPARE(*solana.publicKey(Chain::Svm), toBytes(*solanaKey));
        }
    }

    void noShareIsTheKey()
    {
        const KeyShares shares = KeyShares::generate(Chain::Evm);
        const Bytes key = *shares.publicKey(Chain::Evm);
        QVERIFY(toBytes(*secp256k1::publicKey(shares.server)) != key);
        QVERIFY(toBytes(*secp256k1::publicKey(shares.holder)) != key);
    }

    void resharingKeepsTheKeyAndKillsTheOldSet()
    {
        for (const Chain chain : {Chain::Evm, Chain::Svm}) {
            const KeyShares old = KeyShares::generate(chain);
            const Result<KeyShares> fresh = old.reshared(chain);
            QVERIFY(fresh.has_value());
            QVERIFY(!fresh->server.equals(old.server.view()));
            QVERIFY(!fresh->holder.equals(old.holder.view()));
            QCOMPARE(*fresh->publicKey(chain), *old.publicKey(chain));

            const KeyShares mixed{fresh->server.clone(), old.holder.clone()};
            QVERIFY(*mixed.publicKey(chain) != *old.publicKey(chain));
            const KeyShares mixedBack{old.server.clone(), fresh->holder.clone()};
            QVERIFY(*mixedBack.publicKey(chain) != *old.publicKey(chain));
        }
    }

    void malformedSharesAreRefused()
    {
        for (const Chain chain : {Chain::Evm, Chain::Svm}) {
            const KeyShares broken{SecretBytes::random(31), SecretBytes::random(32)};
            QVERIFY(!broken.reshared(chain).has_value());
            QVERIFY(!broken.publicKey(chain).has_value());
        }
    }
};

COUNTERSIGN_GUILESS_TEST(KeySharesTest)
#include "KeyShares_test.moc"
