#include "ui/text/AddressText.h"

#include <QStringList>

namespace countersign {

namespace {

constexpr int groupSize = 4;

QStringList groupsOf(const QString& address)
{
    const bool prefixed = address.startsWith(QLatin1String("0x"));
    QStringList groups;
    qsizetype position = prefixed ? 2 + groupSize : 0;
    if (prefixed) {
        groups << address.left(position);
    }
    for (; position < address.size(); position += groupSize) {
        groups << address.mid(position, groupSize);
    }
    return groups;
}

}  // namespace

QString elidedAddress(const QString& address)
{
    constexpr qsizetype shortest = 20;
    if (address.size() <= shortest) {
        return address;
    }
    const QString head = groupsOf(address.left(address.startsWith(QLatin1String("0x")) ? 10 : 8)).join(u' ');
    const QString tail = address.right(8).left(4) + u' ' + address.right(4);
    return head + QStringLiteral(" … ") + tail;
}

QString groupedAddress(const QString& address)
{
    return groupsOf(address).join(u' ');
}

QString elidedId(const QString& id)
{
    constexpr qsizetype shortest = 18;
    return id.size() <= shortest ? id : id.left(8) + QStringLiteral("…") + id.right(6);
}

}  // namespace countersign
