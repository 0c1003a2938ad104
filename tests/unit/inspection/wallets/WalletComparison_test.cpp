#include "core/inspection/wallets/WalletComparison.h"

#include "tests/support/TestProgram.h"

#include <QTest>

using namespace countersign;

namespace {

constexpr const char* comparedAddress = "SomeAddress";

Wallet comparedWallet(const std::optional<std::string>& shareSetId)
{
    Wallet here;
    here.walletId = "w1";
    here.chain = "TON";
    here.address = comparedAddress;
    here.addressBytes = toBytes(asBytes(here.address));
    here.shareSetId = shareSetId;
    return here;
}

/// As a test says it in a word: "-" nothing listed, "no", "yes".
std::optional<bool> shownAs(const QByteArray& word)
{
    return word == "-" ? std::nullopt : std::optional(word == "yes");
}

}  // namespace

class WalletComparisonTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// Only the owner's view can say that a delegation is over.
    void onlyAWholeViewEndsADelegation_data()
    {
        QTest::addColumn<bool>("hasId");
        QTest::addColumn<QByteArray>("wallet");     // whether it shows a delegated share
        QTest::addColumn<QByteArray>("owner");      // the same; "none": not read
        QTest::addColumn<QByteArray>("ownerSets");  // "-" no list, or the delegated ones
        QTest::addColumn<QByteArray>("verdict");    // "ok", "part", "over"
        const auto row = [](const char* name, bool hasId, const char* wallet, const char* owner,
                            const char* sets, const char* verdict) {
            QTest::newRow(name) << hasId << QByteArray(wallet) << QByteArray(owner) << QByteArray(sets)
                                << QByteArray(verdict);
        };
        row("both show it", true, "yes", "yes", "ours", "ok");
        row("the wallet shows it", true, "yes", "none", "-", "ok");
        row("the owner shows it", true, "no", "yes", "ours", "ok");
        row("an id is not told", true, "no", "yes", "", "ok");
        row("another one is there", true, "no", "yes", "other", "part");
        row("another one beside a share", true, "yes", "yes", "other", "part");
        row("another one, and ours has no id", false, "no", "yes", "other", "ok");
        row("the owner was not read", true, "no", "none", "-", "part");
        row("nothing is told", true, "-", "none", "-", "part");
        row("the owner lists shares alone", true, "no", "no", "-", "part");
        row("the owner lists nothing", true, "no", "-", "-", "part");
        row("the owner's share sets have none", true, "no", "no", "", "over");
        row("the wallet lists nothing", true, "-", "no", "", "over");
        row("without an id, the owner was not read", false, "no", "none", "-", "part");
        row("without an id, the owner's shares have none", false, "no", "no", "-", "over");
    }

    void onlyAWholeViewEndsADelegation()
    {
        QFETCH(const bool, hasId);
        QFETCH(const QByteArray, wallet);
        QFETCH(const QByteArray, owner);
        QFETCH(const QByteArray, ownerSets);
        QFETCH(const QByteArray, verdict);
        const Wallet here = comparedWallet(hasId ? std::optional<std::string>("ours") : std::nullopt);
        InspectedWallet there;
        there.wallet = {"w1", comparedAddress, "ton", {}, {}};
        there.isDelegated = shownAs(wallet);
        OwnedWallet shown;
        shown.id = "w1";
        shown.isDelegated = shownAs(owner);
        shown.shareSets.areListed = ownerSets != "-";
        if (shown.shareSets.areListed && !ownerSets.isEmpty()) {
            shown.shareSets.delegated = {ownerSets.toStdString()};
        }
        const WalletCheck check =
            compareWallet(here, std::nullopt, there, owner == "none" ? nullptr : &shown);
        QVERIFY(check.verdict == (verdict == "over" ? WalletVerdict::NoDelegation : WalletVerdict::Ok));
        QCOMPARE(check.detail.empty(), verdict == "ok");
    }

    void anAnswerThatContradictsItselfSaysNothingIsGone()
    {
        const Wallet here = comparedWallet("ours");
        OwnedWallet owner;
        owner.id = "w1";
        owner.isDelegated = true;
        const WalletCheck listed = compareOwned(here, owner);
        QVERIFY(listed.verdict == WalletVerdict::Ok && !listed.detail.empty());
        QCOMPARE(listed.walletId, std::string("w1"));
        owner.address = "AnotherAddress";
        QVERIFY(compareOwned(here, owner).verdict == WalletVerdict::AddressDiffers);
        owner.address = comparedAddress;
        owner.isDelegated = false;
        owner.shareSets.areListed = true;
        QVERIFY(compareOwned(here, owner).verdict == WalletVerdict::NoDelegation);
    }
};

COUNTERSIGN_GUILESS_TEST(WalletComparisonTest)
#include "WalletComparison_test.moc"
