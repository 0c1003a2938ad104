#include "core/health/WalletWords.h"

#include "tests/support/TestProgram.h"

#include <QTest>

#include <set>

using namespace countersign;
using namespace Qt::StringLiterals;

/// What an operator reads about a wallet's finding: what is wrong, and what mends it.
class WalletWordsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRuleSaysWhatMendsIt()
    {
        std::set<QString> titles;
        for (const HealthRule rule : {HealthRule::WalletUndecryptable, HealthRule::WalletPasswordProtected,
                                      HealthRule::WalletAddressMismatch, HealthRule::WalletCredentialRefused,
                                      HealthRule::WalletRevokedAtDynamic, HealthRule::WalletNeverUsed,
                                      HealthRule::WalletOld, HealthRule::WalletPendingChange}) {
            const WalletWords words = walletWords(rule, {}, 0);
            QVERIFY2(titles.insert(words.title).second, qPrintable(words.title));
            QVERIFY2(!words.mend.isEmpty(), qPrintable(words.title));
        }
    }

    void theVerdictDecidesBetweenTwoCauses()
    {
        WalletFacts wallet;
        const auto title = [&](HealthRule rule, const char* verdict) {
            wallet.verdict = verdict;
            return walletWords(rule, wallet, 0).title;
        };
        QVERIFY(title(HealthRule::WalletAddressMismatch, "chain-differs").contains(u"another chain"_s));
        QVERIFY(title(HealthRule::WalletAddressMismatch, "address-differs").contains(u"another address"_s));
        QVERIFY(title(HealthRule::WalletAddressMismatch, "").contains(u"share does not belong"_s));
        QVERIFY(title(HealthRule::WalletRevokedAtDynamic, "not-found").contains(u"does not know"_s));
        QVERIFY(title(HealthRule::WalletRevokedAtDynamic, "no-delegation").contains(u"not delegated"_s));
    }

    void whatOthersWroteIsShownAsText()
    {
        WalletFacts wallet;
        wallet.verdictDetail = "expired \xe2\x80\xae tfel-ot-thgir";  // a right-to-left override
        const QString title = walletWords(HealthRule::WalletCredentialRefused, wallet, 0).title;
        QVERIFY(title.contains(u"expired"_s));
        QVERIFY2(!title.contains(QChar(0x202e)), qPrintable(title));
        wallet.verdictDetail.clear();
        wallet.healthDetail = "said by the last ceremony";
        QVERIFY(walletWords(HealthRule::WalletCredentialRefused, wallet, 0)
                    .title.contains(u"said by the last ceremony"_s));
    }
};

COUNTERSIGN_GUILESS_TEST(WalletWordsTest)
#include "WalletWords_test.moc"
