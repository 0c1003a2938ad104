#pragma once

#include "ui/settings/SettingsGroup.h"

#include <QLineEdit>
#include <QPushButton>

namespace countersign {

/// The registered submitters: who may ask for signatures through the relay. Removing one is asked for once
/// more, in its own row.
class SubmittersGroup : public SettingsGroup
{
    Q_OBJECT

public:
    SubmittersGroup(SettingsControl& control, QWidget* parent);
    void show(const SettingsData& stored) override;
    QLineEdit* nameField() const { return m_name; }
    QLineEdit* keyField() const { return m_key; }
    QPushButton* addButton() const { return m_add; }

protected:
    void allow(bool ready) override;

private:
    QWidget* buildAdding();
    QWidget* rowOf(const Submitter& submitter);
    void add();

    QVBoxLayout* m_listRows = nullptr;
    QLineEdit* m_name = nullptr;
    QLineEdit* m_key = nullptr;
    QPushButton* m_add = nullptr;
    std::vector<Submitter> m_submitters;
};

}  // namespace countersign
