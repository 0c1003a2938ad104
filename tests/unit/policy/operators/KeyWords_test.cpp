#include "core/policy/operators/KeyWords.h"

#include "core/base/encoding/Hex.h"
#include "core/crypto/primitives/Sha256.h"
#include "tests/support/TestProgram.h"

#include <QString>
#include <QStringList>
#include <QTest>

#include <algorithm>
#include <set>

using namespace countersign;

class KeyWordsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// What is compared by voice must not be taken for something else.
    void wordsAreDistinct()
    {
        const std::vector<std::string>& words = keyWordList();
        QCOMPARE(words.size(), 256U);
        std::set<std::string> beginnings;
        for (const std::string& word : words) {
            QVERIFY2(word.size() >= 4 && word.size() <= 8, word.c_str());
            QVERIFY2(std::ranges::all_of(word, [](char c) { return c >= 'a' && c <= 'z'; }), word.c_str());
            QVERIFY2(beginnings.insert(word.substr(0, 4)).second, word.c_str());
        }
        QVERIFY(std::is_sorted(words.begin(), words.end()));
    }

    /// Two desks of different versions show the same.
    void listStaysAsItIs()
    {
        std::string text;
        for (const std::string& word : keyWordList()) {
            text += word + '\n';
        }
        QCOMPARE(toHex(sha256(asBytes(text))),
                 std::string("b588c1886d0a8c3709c87b56624d22585c26cd3028475e0cd1b5e555086ea99e"));
    }

    void oneWordForEachOfTheFirstBytes()
    {
        const ed25519::PublicKey key{1, 2, 3};
        const Sha256Digest hash = sha256(key);
        const QStringList words = QString::fromStdString(keyWords(key)).split(u' ');
        QCOMPARE(words.size(), 8);
        for (int i = 0; i < words.size(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            QCOMPARE(words.at(i).toStdString(), keyWordList().at(hash.at(at)));
        }
        QCOMPARE(keyWords({1, 2, 3}), keyWords(key));
        QVERIFY(keyWords({1, 2, 4}) != keyWords(key));
    }
};

COUNTERSIGN_GUILESS_TEST(KeyWordsTest)
#include "KeyWords_test.moc"
