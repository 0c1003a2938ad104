#pragma once

#include "ui/models/AddressModel.h"
#include "ui/pages/detail/DetailPane.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"
#include "ui/widgets/identity/AddressView.h"
#include "ui/widgets/identity/CopyButton.h"

#include <QFrame>
#include <QPushButton>

#include <optional>

namespace countersign {

/// The detail pane of an entry of the address book: whose address it is, whole, what policies may ask of it,
/// and which other entries begin and end like it.
class AddressDetail : public DetailPane
{
    Q_OBJECT

public:
    AddressDetail(ProfileReader& reader, std::shared_ptr<AddressIds> numbers, const Clock& clock,
                  QWidget* parent = nullptr);

    const std::optional<AddressEntry>& entry() const { return m_entry; }
    QPushButton* editButton() const { return m_edit; }
    /// Empty where no other entry looks like it.
    QString lookAlikeSentence() const { return m_likeness->text(); }

Q_SIGNALS:
    void editWanted();

protected:
    void read() override;
    void forget() override { m_entry.reset(); }

private:
    struct Known
    {
        AddressRow row;
        std::vector<AddressEntry> lookAlikes;
    };
    void build();
    void take(const Known& known);
    void showLookAlikes(const std::vector<AddressEntry>& lookAlikes);

    std::shared_ptr<AddressIds> m_numbers;
    const Clock& m_clock;
    std::optional<AddressEntry> m_entry;
    QLabel* m_identicon = nullptr;
    QLabel* m_name = nullptr;
    AddressView* m_address = nullptr;
    CopyButton* m_copy = nullptr;
    ChipLabel* m_lists = nullptr;
    QPushButton* m_edit = nullptr;
    QLabel* m_meaning = nullptr;
    QFrame* m_advice = nullptr;
    QLabel* m_likeness = nullptr;
    FactGrid* m_facts = nullptr;
};

}  // namespace countersign
