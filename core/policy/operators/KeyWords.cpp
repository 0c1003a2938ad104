#include "core/policy/operators/KeyWords.h"

#include "core/crypto/primitives/Sha256.h"

#include <QByteArray>
#include <QFile>
#include <QList>

/// From a static library a resource is linked only where it is named, and not from within a namespace.
static void initialiseWords()
{
    Q_INIT_RESOURCE(words);
}

namespace countersign {

namespace {

constexpr std::size_t listedWords = 256;  // one a byte

std::vector<std::string> readKeyWords()
{
    initialiseWords();
    QFile file(QStringLiteral(":/words/key-words.txt"));
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("the list of words is missing");
    }
    std::vector<std::string> words;
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray& line : lines) {
        if (!line.isEmpty()) {
            words.push_back(line.toStdString());
        }
    }
    if (words.size() != listedWords) {
        qFatal("the list of words is damaged");
    }
    return words;
}

}  // namespace

std::string keyWords(const ed25519::PublicKey& key)
{
    const Sha256Digest hash = sha256(key);
    std::string words;
    for (std::size_t i = 0; i < keyWordCount; ++i) {
        words += (i == 0 ? "" : " ") + keyWordList().at(hash.at(i));
    }
    return words;
}

const std::vector<std::string>& keyWordList()
{
    static const std::vector<std::string> words = readKeyWords();
    return words;
}

}  // namespace countersign
