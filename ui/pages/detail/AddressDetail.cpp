#include "ui/pages/detail/AddressDetail.h"

#include "ui/text/AddressBookText.h"
#include "ui/text/AddressText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"
#include "ui/widgets/identity/Identicon.h"

#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int addressIdenticonSize = 40;
constexpr int mostLookAlikes = 5;  ///< that are named
}  // namespace

AddressDetail::AddressDetail(ProfileReader& reader, std::shared_ptr<AddressIds> numbers, const Clock& clock,
                             QWidget* parent)
    : DetailPane(reader, tr("Select an address to see what is known of it."), parent),
      m_numbers(std::move(numbers)),
      m_clock(clock)
{
    build();
    connect(m_edit, &QPushButton::clicked, this, &AddressDetail::editWanted);
    connect(&Theme::instance(), &Theme::changed, this, &AddressDetail::refresh);
}

void AddressDetail::build()
{
    m_identicon = new QLabel(content());
    m_name = plainLabel({}, content(), Theme::font(1.25, QFont::DemiBold));
    m_name->setWordWrap(true);
    m_address = new AddressView(content());
    m_copy = new CopyButton({}, tr("Copy address"), content());
    m_lists = new ChipLabel(content());
    m_edit = new QPushButton(tr("Edit …"), content());
    m_edit->setAccessibleName(tr("Edit name, tags and lists"));
    m_meaning = mutedLabel({}, content());
    m_meaning->setWordWrap(true);
    m_advice = adviceFrame(content());
    m_likeness = plainLabel({}, m_advice);
    m_likeness->setWordWrap(true);
    m_likeness->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* advice = new QVBoxLayout(m_advice);
    advice->setContentsMargins(12, 10, 12, 10);
    advice->addWidget(m_likeness);
    m_facts = new FactGrid(content());

    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_identicon, 0, Qt::AlignTop);
    head->addWidget(m_name, 1, Qt::AlignVCenter);
    head->addWidget(m_edit, 0, Qt::AlignTop);
    auto* address = new QHBoxLayout;
    address->setSpacing(12);
    address->addWidget(m_address, 1);
    address->addWidget(m_copy, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(content());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addLayout(head);
    layout->addLayout(address);
    layout->addWidget(m_lists, 0, Qt::AlignLeft);
    layout->addWidget(m_meaning);
    layout->addWidget(m_advice);
    layout->addWidget(lineFrame(content()));
    layout->addWidget(m_facts);
    layout->addStretch(1);
}

void AddressDetail::read()
{
    ask<Known>(
        [numbers = m_numbers](Database& database, std::int64_t id) -> Result<Known> {
            ASSIGN_OR_RETURN(auto rows, AddressRow::read(database, *numbers, std::span(&id, 1)));
            if (rows.empty()) {
                return failure(ErrorCode::NotFound, tr("This address is no longer in the address book."));
            }
            const AddressEntry& entry = rows.front().entry;
            ASSIGN_OR_RETURN(auto lookAlikes,
                             AddressCatalog(database).lookAlikes(entry.chain, entry.address, mostLookAlikes));
            return Known{std::move(rows.front()), std::move(lookAlikes)};
        },
        [this](const Known& known) { take(known); });
}

void AddressDetail::take(const Known& known)
{
    m_entry = known.row.entry;
    m_identicon->setPixmap(identicon(known.row.addressBytes, addressIdenticonSize, devicePixelRatioF()));
    m_name->setText(visibleText(m_entry->name));
    m_address->setAddress(visibleText(m_entry->address));
    m_copy->setCopiedText(QString::fromStdString(m_entry->address));
    const StateText lists = listsText(m_entry->lists);
    m_lists->setState(lists);
    m_lists->setVisible(!lists.icon.isEmpty());
    m_meaning->setText(lists.meaning);
    m_meaning->setVisible(!lists.meaning.isEmpty());
    showLookAlikes(known.lookAlikes);
    m_facts->clear();
    m_facts->add(tr("Chain"), bookChainText(m_entry->chain), visibleText(m_entry->chain));
    m_facts->add(tr("Tags"), m_entry->tags.empty() ? tr("none") : labelsText(m_entry->tags));
    m_facts->add(tr("Lists"), m_entry->lists.empty() ? tr("none") : lists.word);
    m_facts->addTime(tr("Changed"), m_entry->changedAt);
}

void AddressDetail::showLookAlikes(const std::vector<AddressEntry>& lookAlikes)
{
    QString text;
    for (const AddressEntry& other : lookAlikes) {
        text += QStringLiteral("\n%1: %2")
                    .arg(visibleText(other.name), groupedAddress(visibleText(other.address)));
    }
    m_likeness->setText(text.isEmpty() ? QString()
                                       : tr("Begins and ends like another address of the book:") + text);
    m_advice->setVisible(!text.isEmpty());
}

}  // namespace countersign
