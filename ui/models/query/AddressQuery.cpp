#include "ui/models/query/AddressQuery.h"

#include "ui/models/query/FilterText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct AddressQueryText
{
    Q_DECLARE_TR_FUNCTIONS(AddressQueryText)
};

/// Empty for what names no chain.
std::string bookChainFrom(const QString& value)
{
    if (value == QLatin1String("evm")) {
        return "eip155";
    }
    if (value == QLatin1String("sol") || value == QLatin1String("svm")) {
        return "solana";
    }
    std::string chain = value.toStdString();
    const std::string_view kind = chainKind(chain);
    const bool isKnown = (kind == "eip155" || kind == "solana") && chain.back() != ':';
    return isKnown ? chain : std::string();
}

}  // namespace

const QStringList& AddressQuery::tokenNames()
{
    static const QStringList names = {QStringLiteral("chain"), QStringLiteral("tag"), QStringLiteral("list")};
    return names;
}

AddressQuery AddressQuery::parse(const QString& input)
{
    const FilterText parsed = FilterText::parse(input, tokenNames());
    AddressQuery query;
    for (const QString& word : parsed.words) {
        query.filter.words.push_back(word.toStdString());
    }
    for (auto token = parsed.tokens.begin(); token != parsed.tokens.end(); ++token) {
        const QString& value = token.value();
        const bool isChain = token.key() == QLatin1String("chain");
        if (isChain) {
            query.filter.chain = value.isEmpty() ? std::string() : bookChainFrom(value);
        } else {
            (token.key() == QLatin1String("tag") ? query.filter.tag : query.filter.list) =
                value.toStdString();
        }
        const bool isUnderstood = isChain ? !query.filter.chain.empty() : isAddressLabel(value.toStdString());
        if (!isUnderstood) {
            query.complaint = AddressQueryText::tr("“%1:%2” is not understood.").arg(token.key(), value);
        }
    }
    return query;
}

}  // namespace countersign
