#include "ui/addresses/RemoveAddressesDialog.h"

#include "ui/text/AddressBookText.h"
#include "ui/text/AddressText.h"
#include "ui/text/VisibleText.h"

#include <QLocale>

#include <algorithm>

namespace countersign {

namespace {

constexpr std::size_t mostNamedEntries = 5;

QString countOf(std::size_t number)
{
    return number == 1 ? countersign::RemoveAddressesDialog::tr("1 address")
                       : countersign::RemoveAddressesDialog::tr("%1 addresses")
                             .arg(QLocale().toString(static_cast<qulonglong>(number)));
}

QString namesOf(std::span<const AddressEntry> entries)
{
    QStringList lines;
    for (const AddressEntry& entry : entries.first(std::min(entries.size(), mostNamedEntries))) {
        QString line = countersign::RemoveAddressesDialog::tr("• %1, %2, %3")
                           .arg(visibleText(entry.name), elidedAddress(visibleText(entry.address)),
                                bookChainText(entry.chain));
        if (!entry.tags.empty()) {
            line += countersign::RemoveAddressesDialog::tr("; tags: %1").arg(labelsText(entry.tags));
        }
        if (!entry.lists.empty()) {
            line += countersign::RemoveAddressesDialog::tr("; lists: %1").arg(listsText(entry.lists).word);
        }
        lines << line;
    }
    if (entries.size() > mostNamedEntries) {
        lines << countersign::RemoveAddressesDialog::tr("• and %1 more")
                     .arg(countOf(entries.size() - mostNamedEntries));
    }
    return lines.join(u'\n');
}

/// What policies see of it.
QString consequencesOf(std::span<const AddressEntry> entries)
{
    const auto number = [entries](auto&& has) {
        return static_cast<std::size_t>(std::ranges::count_if(entries, has));
    };
    const std::size_t blocked = number([](const AddressEntry& one) { return one.isInList(blockList); });
    const std::size_t allowed = number([](const AddressEntry& one) { return one.isInList(allowList); });
    const std::size_t labelled =
        number([](const AddressEntry& one) { return !one.tags.empty() || !one.lists.empty(); });
    QStringList sentences;
    if (blocked > 0) {
        sentences << countersign::RemoveAddressesDialog::tr(
                         "%1 will no longer be in the list block: what was refused for "
                         "that may be paid again.")
                         .arg(countOf(blocked));
    }
    if (allowed > 0) {
        sentences << countersign::RemoveAddressesDialog::tr(
                         "%1 will no longer be in the list allow: policies that ask for it refuse.")
                         .arg(countOf(allowed));
    }
    sentences << (labelled > 0 ? countersign::RemoveAddressesDialog::tr(
                                     "Policies that name their tags and lists no longer "
                                     "match them, and reviews no longer show the names.")
                               : countersign::RemoveAddressesDialog::tr(
                                     "Reviews no longer show the names. They have no tag "
                                     "and are in no list, so no policy changes."));
    sentences << countersign::RemoveAddressesDialog::tr("This is recorded.");
    return sentences.join(u'\n');
}

}  // namespace

RemoveAddressesDialog::RemoveAddressesDialog(std::span<const AddressEntry> entries, QWidget* parent)
    : QMessageBox(parent)
{
    setAttribute(Qt::WA_DeleteOnClose);
    setIcon(QMessageBox::Warning);
    setWindowTitle(tr("Remove from the address book"));
    setTextFormat(Qt::PlainText);
    setText(entries.size() == 1
                ? tr("Remove %1 from the address book?").arg(visibleText(entries.front().name))
                : tr("Remove %1 from the address book?").arg(countOf(entries.size())));
    setInformativeText(namesOf(entries) + QStringLiteral("\n\n") + consequencesOf(entries));
    QPushButton* keep = addButton(QMessageBox::Cancel);
    m_remove = addButton(tr("Remove %1").arg(countOf(entries.size())), QMessageBox::DestructiveRole);
    setDefaultButton(keep);
    setEscapeButton(keep);
    connect(m_remove, &QPushButton::clicked, this, &RemoveAddressesDialog::confirmed);
}

}  // namespace countersign
