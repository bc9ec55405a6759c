// Generated from openapi/connect.yaml by `cargo xtask regenerate`. Do not edit.
// contract-fingerprint: cafc0ca42a0b415a

#[allow(unused_imports)]
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
#[allow(unused_imports)]
use progenitor_client::{encode_path, ClientHooks, OperationInfo, RequestBuilderExt};
/// Types used as operation parameters and responses.
#[allow(clippy::all)]
pub mod types {
    #[allow(unused_imports)]
    use crate::{limits, validate};
    #[allow(unused_imports)]
    use crate::wire::fields::*;
    /// The requested access. The anyOf is upstream's rule on the fields that identify the user.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct AccessRequest {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The id of an article.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub article_id: ::std::option::Option<::std::string::String>,
        /// The domain to check access for, such as example.com.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub domain: ::std::option::Option<::std::string::String>,
        /// The IP address that the reader comes from.
        ///
        /// At most 45 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub ip: ::std::option::Option<::std::string::String>,
        /// A type of customer category, such as SWISH.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub category_type: ::std::option::Option<::std::string::String>,
        /// True to ask for access by Azure AD.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub access_azure_ad: ::std::option::Option<bool>,
        /// True to ask for access by an aID family.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub access_aid_family: ::std::option::Option<bool>,
        /// True to ask for access by the domain.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub access_domain: ::std::option::Option<bool>,
        /// True to ask for access to the article.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub access_article: ::std::option::Option<bool>,
        /// The id of the user, from the profile.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub unique_id: ::std::option::Option<::std::string::String>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The e-mail address or phone number of the user.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub credential: ::std::option::Option<::std::string::String>,
    }
    /// The result of the check.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct AccessResult {
        /// True when there is access.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub access: ::std::option::Option<bool>,
        /// The accesses that were found.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub accesses: ::std::vec::Vec<crate::types::GrantedAccess>,
    }
    /// A user who is connected to a customer number.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct AttachedUser {
        /// The user's external id.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub unique_id: ::std::option::Option<::std::string::String>,
        /// The user's credentials.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub credentials: ::std::vec::Vec<crate::types::Credential>,
    }
    /// A channel, and its state for a customer.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ChannelPermission {
        /// The state of a channel.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub type_: ::std::option::Option<crate::types::PermissionType>,
        /// The code of the channel; TM and DM have been seen.
        ///
        /// At most 255 characters.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub value: ::std::option::Option<::std::string::String>,
    }
    /// The channels by which a customer may or may not be contacted.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ChannelPermissions {
        /// The channels.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub channels: ::std::vec::Vec<crate::types::ChannelPermission>,
    }
    /// The channels by which a customer may or may not be contacted from now on.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ChannelPermissionsRequest {
        /// The channels.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub channels: ::std::vec::Vec<crate::types::ChannelPermission>,
    }
    /// An event of a child consent.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ChildConsentEvent {
        /// The id of the event.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_event_id: ::std::option::Option<i64>,
        /// The id of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_id: ::std::option::Option<i64>,
        /// The time when it was registered.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub created: ::std::option::Option<crate::wire::EpochMillis>,
        /// True when the consent was given.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub action: ::std::option::Option<bool>,
    }
    /// The complaints of a product, and a list of actions.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ComplaintList {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The actions that can be requested, judging by the field's name. Their members are not documented.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub complaint_actions: ::std::vec::Vec<crate::wire::Map<::serde_json::Value>>,
        /// The complaints. Their members are not documented.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub complaints: ::std::vec::Vec<crate::wire::Map<::serde_json::Value>>,
    }
    /// A complaint about an issue of a product.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ComplaintRequest {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The issue, such as 2026-63.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub issue: ::std::option::Option<::std::string::String>,
        /// The code of the requested action, such as 14.
        ///
        /// At most 2 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub complaint_action: ::std::option::Option<::std::string::String>,
        /// True to request a later distribution of the issue, judging by the field's name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub create_post_distribution: ::std::option::Option<bool>,
    }
    /// A consent of an issuer.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Consent {
        /// The id of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_id: ::std::option::Option<i64>,
        /// The id of the group of consents.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_group_id: ::std::option::Option<i64>,
        /// The target of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub target: ::std::option::Option<::std::string::String>,
        /// The scope of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub scope: ::std::option::Option<::std::string::String>,
        /// The id of the parent consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub parent_consent_id: ::std::option::Option<i64>,
        /// Its position in a displayed list.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub selection_order: ::std::option::Option<i64>,
        /// The kind of display; only A has been seen.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub display_mode: ::std::option::Option<::std::string::String>,
        /// The time when it was created.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub created: ::std::option::Option<crate::wire::EpochMillis>,
        /// Its name and description, one for each language.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub texts: ::std::vec::Vec<crate::types::ConsentDescription>,
        /// True when the consent is active.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub active: ::std::option::Option<bool>,
    }
    /// The name and the description of a consent in a language.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentDescription {
        /// The language, such as nb_NO.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub language_code: ::std::option::Option<::std::string::String>,
        /// The name of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub name: ::std::option::Option<::std::string::String>,
        /// The description of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub description: ::std::option::Option<::std::string::String>,
    }
    /// A consent that was given or withdrawn.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentEvent {
        /// The id of the event.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_event_id: ::std::option::Option<i64>,
        /// The time of the event.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub created: ::std::option::Option<crate::wire::EpochMillis>,
        /// The place where the consent was given or withdrawn.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub source: ::std::option::Option<::std::string::String>,
        /// True when the consent was given.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub action: ::std::option::Option<bool>,
    }
    /// The consent events of a subject.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentEventHistory {
        /// The issuer of consents.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub issuer: ::std::option::Option<crate::types::ConsentIssuer>,
        /// The person or thing that a consent is about. It is a customer number if the kind is CONNECT.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub subject: ::std::option::Option<crate::types::ConsentSubject>,
        /// The kind of the subject of a consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub subject_type: ::std::option::Option<crate::types::ConsentSubjectType>,
        /// The consents, each with its events.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub consents: ::std::vec::Vec<crate::types::ConsentWithEvents>,
    }
    /// A consent that was given or withdrawn. It is named by its id, or by target and scope.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentEventRequest {
        /// The id of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_id: ::std::option::Option<i64>,
        /// The target of the consent.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub consent_target: ::std::option::Option<::std::string::String>,
        /// The scope of the consent.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub consent_scope: ::std::option::Option<::std::string::String>,
        /// The person or thing that a consent event is about. It is a customer number if the kind is CONNECT.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub subject: ::std::option::Option<crate::types::ConsentEventSubject>,
        /// The kind of the subject of a consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub subject_type: ::std::option::Option<crate::types::ConsentSubjectType>,
        /// The place where the consent was given or withdrawn.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub source: ::std::option::Option<::std::string::String>,
        /// True when the consent was given, false when it was withdrawn.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub action: ::std::option::Option<bool>,
        /// The time when it was given or withdrawn.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub event_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// More data of the event, in Base64.
        ///
        /// At most 65536 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub data: ::std::option::Option<crate::wire::Base64>,
    }
    /// The consents of an issuer.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentList {
        /// The issuer of consents.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub issuer: ::std::option::Option<crate::types::ConsentIssuer>,
        /// The consents.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub consents: ::std::vec::Vec<crate::types::Consent>,
    }
    /// A text of a consent.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentText {
        /// The id of the text.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub text_id: ::std::option::Option<i64>,
        /// The language, such as nb_NO.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub language_code: ::std::option::Option<::std::string::String>,
    }
    /// All versions of the texts of the consents of an issuer.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentTextHistory {
        /// The issuer of consents.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub issuer: ::std::option::Option<crate::types::ConsentIssuer>,
        /// The consents, each with the versions of its texts.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub consents: ::std::vec::Vec<crate::types::ConsentWithTextHistory>,
    }
    /// A version of a text of a consent.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentTextVersion {
        /// The id of the version.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_text_history_id: ::std::option::Option<i64>,
        /// The text.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub text: ::std::option::Option<::std::string::String>,
        /// The time from which it holds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub from_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The time until which it holds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub to_date: ::std::option::Option<crate::wire::EpochMillis>,
    }
    /// A text of a consent, in all its versions.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentTextVersions {
        /// The id of the text.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_text_id: ::std::option::Option<i64>,
        /// The language, such as nb_NO.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub language_code: ::std::option::Option<::std::string::String>,
        /// The versions.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub text_history: ::std::vec::Vec<crate::types::ConsentTextVersion>,
    }
    /// The texts of the consents of an issuer.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentTexts {
        /// The issuer of consents.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub issuer: ::std::option::Option<crate::types::ConsentIssuer>,
        /// The consents, each with its texts.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub consents: ::std::vec::Vec<crate::types::ConsentWithTexts>,
    }
    /// A consent and its events.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentWithEvents {
        /// The id of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_id: ::std::option::Option<i64>,
        /// The target of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub target: ::std::option::Option<::std::string::String>,
        /// The scope of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub scope: ::std::option::Option<::std::string::String>,
        /// The events.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub events: ::std::vec::Vec<crate::types::ConsentEvent>,
    }
    /// A consent and the versions of its texts.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentWithTextHistory {
        /// The id of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_id: ::std::option::Option<i64>,
        /// The id of the group of consents.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_group_id: ::std::option::Option<i64>,
        /// The target of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub target: ::std::option::Option<::std::string::String>,
        /// The scope of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub scope: ::std::option::Option<::std::string::String>,
        /// The texts, one for each language.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub texts: ::std::vec::Vec<crate::types::ConsentTextVersions>,
    }
    /// A consent and its texts.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ConsentWithTexts {
        /// The id of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_id: ::std::option::Option<i64>,
        /// The id of the group of consents.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_group_id: ::std::option::Option<i64>,
        /// The target of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub target: ::std::option::Option<::std::string::String>,
        /// The scope of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub scope: ::std::option::Option<::std::string::String>,
        /// The texts, one for each language.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub texts: ::std::vec::Vec<crate::types::ConsentText>,
    }
    /// A coupon of a product.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Coupon {
        /// The code of the coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub coupon_code: ::std::option::Option<::std::string::String>,
        /// The number of the coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub coupon_number: ::std::option::Option<i64>,
        /// The start of its validity.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub start_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The end of its validity.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub end_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The purpose of the coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub description: ::std::option::Option<::std::string::String>,
        /// The price.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub coupon_price: ::std::option::Option<crate::wire::Amount>,
        /// The length of the period, in its unit.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub period_length: ::std::option::Option<::std::string::String>,
        /// The unit of the period, such as months.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub period_type: ::std::option::Option<::std::string::String>,
        /// The products that are included.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub extra_products: ::std::vec::Vec<crate::types::ExtraProduct>,
        /// The price of a subscription at renewal.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub renewal: ::std::option::Option<crate::types::CouponRenewal>,
        /// The marketing data of a coupon.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub marketing: ::std::option::Option<crate::types::CouponMarketing>,
    }
    /// The coupons of a product.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CouponList {
        /// The coupons.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub coupons: ::std::vec::Vec<crate::types::Coupon>,
    }
    /// The marketing data of a coupon.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CouponMarketing {
        /// The project.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub project: ::std::option::Option<::std::string::String>,
        /// The market.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub market: ::std::option::Option<::std::string::String>,
        /// The activity.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub activity: ::std::option::Option<::std::string::String>,
        /// The way of selling.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub sales_method: ::std::option::Option<::std::string::String>,
    }
    /// The price that is registered on a coupon.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CouponPrice {
        /// The code of the company that publishes the product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub company_code: ::std::option::Option<::std::string::String>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The price.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub price: ::std::option::Option<crate::wire::Amount>,
        /// The value added tax of the price.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub vat_amount: ::std::option::Option<crate::wire::Amount>,
        /// The rate of the value added tax, in percent.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub vatpercent: ::std::option::Option<crate::wire::Amount>,
        /// True when the price includes the value added tax.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub vat_include: ::std::option::Option<bool>,
        /// The currency, by ISO 4217.
        ///
        /// At most 3 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub currency: ::std::option::Option<::std::string::String>,
        /// The cost of distribution.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub dist_amount: ::std::option::Option<crate::wire::Amount>,
        /// The value added tax of the distribution.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub dist_amountvat: ::std::option::Option<crate::wire::Amount>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
    }
    /// A coupon whose price is requested, with the customer and the place of delivery.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CouponPriceRequest {
        /// The code of the coupon.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub coupon_code: ::std::option::Option<::std::string::String>,
        /// The number of the coupon.
        #[serde(default, skip_serializing_if = "absent")]
        pub coupon_number: ::std::option::Option<i64>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// A country code, such as NO or SE.
        ///
        /// At most 3 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub country_code: ::std::option::Option<crate::wire::CountryCode>,
        /// A postal code, with its leading zeros.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
    }
    /// The price of a subscription at renewal.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CouponRenewal {
        /// The price of the renewal.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub renewal_price: ::std::option::Option<crate::wire::Amount>,
        /// The length of the period, in its unit.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub period_length: ::std::option::Option<::std::string::String>,
        /// The unit of the period, such as months.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub period_type: ::std::option::Option<::std::string::String>,
    }
    /// A credential of a user.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Credential {
        /// An e-mail address or a phone number.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub credential: ::std::option::Option<::std::string::String>,
        /// The kind of a credential.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub credential_type: ::std::option::Option<crate::types::CredentialType>,
        /// The level of verification of a credential.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub verification_level: ::std::option::Option<crate::types::VerificationLevel>,
    }
    /// A customer's new data. A field that is left out is cleared.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CustomerChangeRequest {
        /// The parts of a customer's name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub name: ::std::option::Option<crate::types::Name>,
        /// All of the customer's phone numbers.
        #[serde(
            default,
            skip_serializing_if = "Vec::is_empty",
            deserialize_with = "objects::<_, _, 100000>"
        )]
        pub phone_numbers: ::std::vec::Vec<crate::types::CustomerPhoneNumber>,
        /// All of the customer's e-mail addresses.
        ///
        /// At most 255 characters.
        #[serde(
            default,
            skip_serializing_if = "Vec::is_empty",
            deserialize_with = "values::<_, _, 100000>"
        )]
        pub emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        /// The e-mail address that invoices go to.
        ///
        /// At most 60 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_email_address: ::std::option::Option<crate::wire::EmailAddress>,
    }
    /// The result of a change.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CustomerChangeResponse {
        /// True when the change was made. By inference from other operations, false means a failure.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub success: ::std::option::Option<bool>,
    }
    /// A customer's data in Connect.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CustomerInfo {
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The parts of a customer's name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub name: ::std::option::Option<crate::types::Name>,
        /// The customer's phone numbers, each with its type.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub phone_numbers: ::std::vec::Vec<crate::types::CustomerPhoneNumber>,
        /// The customer's e-mail addresses.
        ///
        /// At most 255 characters.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        /// The e-mail address that invoices go to.
        ///
        /// At most 60 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_email_address: ::std::option::Option<crate::wire::EmailAddress>,
        /// The users connected to the customer number.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub attached_users: ::std::vec::Vec<crate::types::AttachedUser>,
    }
    /// A phone number and its type.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CustomerPhoneNumber {
        /// A phone number in E.164 form, with the plus sign.
        ///
        /// At most 20 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub phone_number: ::std::option::Option<crate::wire::PhoneNumber>,
        /// The type of a phone number.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub phone_number_type: ::std::option::Option<crate::types::PhoneNumberType>,
    }
    /// The search criteria. The anyOf is upstream's rule on fields that must be set together.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CustomerSearchRequest {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
        /// Company name.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub company_name: ::std::option::Option<::std::string::String>,
        /// Department within the company.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub department_name: ::std::option::Option<::std::string::String>,
        /// First name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub first_name: ::std::option::Option<::std::string::String>,
        /// Middle name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub middle_name: ::std::option::Option<::std::string::String>,
        /// Last name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub last_name: ::std::option::Option<::std::string::String>,
        /// Care-of line of the address.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub care_of_address: ::std::option::Option<::std::string::String>,
        /// Street name, without the number.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_address: ::std::option::Option<::std::string::String>,
        /// Street number.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_number: ::std::option::Option<i64>,
        /// Entrance, often a letter.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub entrance: ::std::option::Option<::std::string::String>,
        /// A postal code, with its leading zeros.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// Postal place.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_place: ::std::option::Option<::std::string::String>,
        /// A country code, such as NO or SE.
        ///
        /// At most 3 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub country_code: ::std::option::Option<crate::wire::CountryCode>,
        /// A phone number in E.164 form, with the plus sign.
        ///
        /// At most 20 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub phone_number: ::std::option::Option<crate::wire::PhoneNumber>,
        /// An e-mail address.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub email: ::std::option::Option<crate::wire::EmailAddress>,
    }
    /// The customers that a search found.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CustomerSearchResponse {
        /// At most five customers; upstream does not say whether more matched.
        ///
        /// At most 5 items.
        #[serde(default, deserialize_with = "objects::<_, _, 500>")]
        pub customers: ::std::vec::Vec<crate::types::FoundCustomer>,
    }
    /// A period without delivery of a product.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct DeliveryStop {
        /// The id of the stop.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub id: ::std::option::Option<i64>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The start of the stop, in milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub stop_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The end of the stop, in milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub stop_end_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The type of a delivery stop, which is temporary or permanent.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub stop_type: ::std::option::Option<crate::types::DeliveryStopType>,
        /// The channel of the order, such as EMAIL, judging by the field's name.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub delivery_stop_channel: ::std::option::Option<::std::string::String>,
        /// The code of the reason, such as BS.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub delivery_stop_reason: ::std::option::Option<::std::string::String>,
    }
    /// Delivery stops.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct DeliveryStopList {
        /// The delivery stops.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub delivery_stops: ::std::vec::Vec<crate::types::DeliveryStop>,
    }
    /// A delivery stop to register.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct DeliveryStopRequest {
        /// A period without delivery of a product.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub delivery_stop: ::std::option::Option<crate::types::DeliveryStop>,
    }
    /// An issue that was sent.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct DistributedIssue {
        /// The issue, such as 2026-01.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub issue: ::std::option::Option<::std::string::String>,
        /// The time of distribution, in milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub distributed_date: ::std::option::Option<crate::wire::EpochMillis>,
    }
    /// The issues of a product that were sent to a user.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct DistributedIssueList {
        /// The issues.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub delivered_issues: ::std::vec::Vec<crate::types::DistributedIssue>,
    }
    /// The body of an error. Upstream does not document its shape. Third-party clients read `exceptionType` and `errorMessage` from API errors, and `error` and `error_description` from OAuth 2.0 errors.
    ///
    /// Used by third-party clients. Upstream does not document it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ErrorBody {
        /// Upstream's name for the error.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub exception_type: ::std::option::Option<::std::string::String>,
        /// The error in words. It may contain values from the request.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub error_message: ::std::option::Option<::std::string::String>,
        /// OAuth 2.0 error code, such as invalid_token.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub error: ::std::option::Option<::std::string::String>,
        /// OAuth 2.0 error description. It may contain values from the request.
        #[serde(
            rename = "error_description",
            default,
            skip_serializing_if = "absent",
            deserialize_with = "value"
        )]
        pub error_description: ::std::option::Option<::std::string::String>,
        /// The error in words, as an old third-party client reads it. It may contain values from the request.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub description: ::std::option::Option<::std::string::String>,
    }
    /// An address that another service has.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExternalAddress {
        /// The type of an address.
        #[serde(default, skip_serializing_if = "absent")]
        pub address_type: ::std::option::Option<crate::types::ExternalAddressType>,
        /// Street name and number.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_address: ::std::option::Option<::std::string::String>,
        /// A postal code, with its leading zeros.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// Postal place.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_place: ::std::option::Option<::std::string::String>,
        /// A country code, such as NO or SE.
        ///
        /// At most 3 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub country_code: ::std::option::Option<crate::wire::CountryCode>,
    }
    /// A user of another system, as Connect knows it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExternalIdentity {
        /// The prefix `AID:`, followed by the external id.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub credential: ::std::option::Option<::std::string::String>,
        /// The id of a user in another system, such as a UUID.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub external_id: ::std::option::Option<crate::types::ExternalIdentityId>,
        /// The kind of the credential, such as D.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub credential_type: ::std::option::Option<crate::types::ExternalCredentialType>,
        /// True when the user can log in.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub can_login: ::std::option::Option<bool>,
        /// The id of the user in Connect.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub unique_id: ::std::option::Option<::std::string::String>,
        /// True when the user is enabled.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub enabled: ::std::option::Option<bool>,
        /// True when this call created the user.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub new_user: ::std::option::Option<bool>,
        /// A code that can be exchanged for a token of the user.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub extid_code: ::std::option::Option<::std::string::String>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
    }
    /// A user of another system, and a customer.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExternalIdentityLinkRequest {
        /// The id of a user in another system, such as a UUID.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub external_id: ::std::option::Option<crate::types::ExternalIdentityId>,
        /// The kind of the credential, such as D.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub credential_type: ::std::option::Option<crate::types::ExternalCredentialType>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
    }
    /// A user of another system.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExternalIdentityRequest {
        /// The id of a user in another system, such as a UUID.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub external_id: ::std::option::Option<crate::types::ExternalIdentityId>,
        /// The kind of the credential, such as D.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub credential_type: ::std::option::Option<crate::types::ExternalCredentialType>,
    }
    /// The profile of a user at another service.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExternalProfile {
        /// Another service that a user has a profile at.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub source: ::std::option::Option<crate::types::ExternalSource>,
        /// A user's data at another service.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub info: ::std::option::Option<crate::types::ExternalProfileInfo>,
    }
    /// A user's data at another service.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExternalProfileInfo {
        /// The day of birth, in milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub birth_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The parts of a customer's name.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub name: ::std::option::Option<crate::types::Name>,
        /// The phone numbers of the user.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub phone_numbers: ::std::vec::Vec<::std::string::String>,
        /// The e-mail addresses of the user.
        ///
        /// At most 255 characters.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        /// The addresses of the user.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub addresses: ::std::vec::Vec<crate::types::ExternalAddress>,
    }
    /// The profiles of a user at other services.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExternalProfileList {
        /// The profiles.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub external_profile_list: ::std::vec::Vec<crate::types::ExternalProfile>,
    }
    /// The new value of an external reference.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExternalReferenceChangeRequest {
        /// The id of a customer in another system.
        ///
        /// At most 16 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub external_id: ::std::option::Option<crate::types::ExternalId>,
    }
    /// The result of a change or removal of an external reference.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExternalReferenceResponse {
        /// True when the reference was changed or removed. Upstream documents false as a failure.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub success: ::std::option::Option<bool>,
    }
    /// A product that comes with a coupon.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ExtraProduct {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_id: ::std::option::Option<crate::wire::ProductCode>,
        /// The name of the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub description: ::std::option::Option<::std::string::String>,
    }
    /// A customer as a search returns it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct FoundCustomer {
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// Company name.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub company_name: ::std::option::Option<::std::string::String>,
        /// Department within the company.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub department_name: ::std::option::Option<::std::string::String>,
        /// First name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub first_name: ::std::option::Option<::std::string::String>,
        /// Middle name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub middle_name: ::std::option::Option<::std::string::String>,
        /// Last name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub last_name: ::std::option::Option<::std::string::String>,
        /// Street name of the street address.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_address: ::std::option::Option<::std::string::String>,
        /// A street number.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_number: ::std::option::Option<crate::wire::StreetNumber>,
        /// A postal code, with its leading zeros.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// Postal place of the street address.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_place: ::std::option::Option<::std::string::String>,
        /// Postal address, such as a post-office box.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_address: ::std::option::Option<::std::string::String>,
        /// A postal code, with its leading zeros.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_address_postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// Postal place of the postal address.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_address_postal_place: ::std::option::Option<::std::string::String>,
        /// A country code, such as NO or SE.
        ///
        /// At most 3 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub country_code: ::std::option::Option<crate::wire::CountryCode>,
        /// The customer's e-mail addresses, in a wrapper that comes from XML.
        ///
        /// At most 255 characters.
        #[serde(default)]
        pub emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        /// The customer's phone numbers.
        #[serde(default)]
        pub phone_numbers: ::std::vec::Vec<crate::types::FoundPhoneNumber>,
    }
    /// A phone number as a search returns it.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct FoundPhoneNumber {
        /// A phone number in E.164 form, with the plus sign.
        ///
        /// At most 20 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub phone_number: ::std::option::Option<crate::wire::PhoneNumber>,
        /// True for a mobile number.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub is_mobile: ::std::option::Option<bool>,
    }
    /// The result of the completion of an order.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Fulfillment {
        /// The result of the completion of an order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub fulfillment_status: ::std::option::Option<crate::types::FulfillmentStatus>,
        /// The id of an order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_id: ::std::option::Option<i64>,
        /// The reason for a failure. It may contain values from the request.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub error_message: ::std::option::Option<::std::string::String>,
    }
    /// An order to complete.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct FulfillmentRequest {
        /// The id of an order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_id: ::std::option::Option<i64>,
        /// An absolute URL. When the order is paid, upstream calls this URL by GET. The call has a `fulfillmentStatus` of success or failed.
        ///
        /// At most 2000 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub callback_url: ::std::option::Option<::std::string::String>,
    }
    /// One access.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GrantedAccess {
        /// True when this entry of the list gives access.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub access: ::std::option::Option<bool>,
        /// The level of an access; what the values mean is not documented.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub access_level: ::std::option::Option<crate::types::AccessLevel>,
        /// The type of an access.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub access_type: ::std::option::Option<crate::types::AccessType>,
    }
    /// An invoice.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Invoice {
        /// The id of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_id: ::std::option::Option<::std::string::String>,
        /// The date of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The date of payment.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub payment_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The due date.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub due_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The number of offers.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_offer_count: ::std::option::Option<::std::string::String>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The name of the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_name: ::std::option::Option<::std::string::String>,
        /// The amount.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub amount: ::std::option::Option<crate::wire::Amount>,
        /// The code of the company that publishes the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub company_code: ::std::option::Option<::std::string::String>,
        /// The state of the payment; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub payment_status: ::std::option::Option<::std::string::String>,
        /// The amount of the invoice.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub invoice_amount: ::std::option::Option<crate::wire::Amount>,
        /// The amount that is paid.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub paid_amount: ::std::option::Option<crate::wire::Amount>,
        /// The payment method; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub payment_method: ::std::option::Option<::std::string::String>,
        /// The URL of the invoice. Anyone with this URL can probably read the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_hotel_url: ::std::option::Option<::std::string::String>,
        /// The purpose.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub desc: ::std::vec::Vec<::std::string::String>,
        /// The length of the period, in its unit.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub period: ::std::option::Option<i64>,
        /// The unit of the period; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub period_unit: ::std::option::Option<::std::string::String>,
        /// The first day of the period.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub from_time: ::std::option::Option<crate::wire::Date>,
        /// The last day of the period.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub incltime: ::std::option::Option<crate::wire::Date>,
        /// The lines of the invoice.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub invoice_line_info: ::std::vec::Vec<crate::types::InvoiceLine>,
    }
    /// The name and the address for invoices, and the payer.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct InvoiceAddress {
        /// The parts of a customer's name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub name: ::std::option::Option<crate::types::Name>,
        /// The address. Its members are not known.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub address: ::std::option::Option<crate::wire::Map<::serde_json::Value>>,
        /// True when the customer pays the invoices.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub payer_same_as_customer: ::std::option::Option<bool>,
        /// The number of the payer if payer and customer are the same, else null.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub payer_customer_number: ::std::option::Option<i64>,
    }
    /// A line of an invoice.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct InvoiceLine {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
        /// The amount.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub invoice_amount: ::std::option::Option<crate::wire::Amount>,
        /// The value added tax.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub invoice_vat_amount: ::std::option::Option<crate::wire::Amount>,
        /// The rate of the value added tax, in percent.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub invoice_vat_percent: ::std::option::Option<crate::wire::Amount>,
    }
    /// The invoices of a customer for a product.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct InvoiceList {
        /// The invoices.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub client_invoice_info_list: ::std::vec::Vec<crate::types::Invoice>,
    }
    /// A reminder of an invoice.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct InvoiceReminder {
        /// The number of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_number: ::std::option::Option<i64>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The first day of the invoiced period.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub from_time: ::std::option::Option<crate::wire::Date>,
        /// The last day of the invoiced period.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub include_time: ::std::option::Option<crate::wire::Date>,
        /// The time when the reminder was sent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub reminder_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The time when the amount is due.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub due_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The amount.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub amount: ::std::option::Option<crate::wire::Amount>,
        /// The number of the reminder.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub reminder_number: ::std::option::Option<i64>,
        /// The kind of reminder; only reminder has been seen.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub reminder_type: ::std::option::Option<::std::string::String>,
        /// The URL of the invoice. Anyone with this URL can probably read the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_hotel_url: ::std::option::Option<::std::string::String>,
    }
    /// The invoices of a customer for a product, and their reminders.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct InvoicesAndReminders {
        /// The invoices.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub invoices: ::std::vec::Vec<crate::types::OwnInvoice>,
        /// The reminders of unpaid invoices.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub reminders: ::std::vec::Vec<crate::types::InvoiceReminder>,
    }
    /// The product that a token pays for.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct KlarnaTokenRequest {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
    }
    /// A message, or the answer to one.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Message {
        /// The id. A message and its answer share it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub id: ::std::option::Option<i64>,
        /// The time of the message, in milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The direction of a message. Upstream does not document from whose point of view.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub direction: ::std::option::Option<crate::types::MessageDirection>,
        /// The subject.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub message_subject: ::std::option::Option<::std::string::String>,
        /// The text.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub message_content: ::std::option::Option<::std::string::String>,
    }
    /// The messages of a user.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct MessageList {
        /// The messages.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub messages: ::std::vec::Vec<crate::types::Message>,
    }
    /// A message to the media house.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct MessageRequest {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The subject of a message.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub case_type: ::std::option::Option<crate::types::MessageCaseType>,
        /// The subject.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub message_subject: ::std::option::Option<::std::string::String>,
        /// The text.
        ///
        /// At most 32000 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub message_content: ::std::option::Option<::std::string::String>,
    }
    /// The parts of a customer's name.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Name {
        /// First name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub first_name: ::std::option::Option<::std::string::String>,
        /// Middle name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub middle_name: ::std::option::Option<::std::string::String>,
        /// Last name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub last_name: ::std::option::Option<::std::string::String>,
        /// Company name.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub company_name: ::std::option::Option<::std::string::String>,
        /// Department within the company.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub department_name: ::std::option::Option<::std::string::String>,
    }
    /// The product that a Nexi subscription pays for.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct NexiSubscriptionRequest {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
    }
    /// A payer, a recipient or a recruiter, with an address.
    ///
    /// Used by third-party clients. Upstream does not document it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderAddress {
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The registration number of the company.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub company_registration_number: ::std::option::Option<::std::string::String>,
        /// Company name.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub company_name: ::std::option::Option<::std::string::String>,
        /// Department within the company.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub department: ::std::option::Option<::std::string::String>,
        /// First name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub first_name: ::std::option::Option<::std::string::String>,
        /// Middle name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub middle_name: ::std::option::Option<::std::string::String>,
        /// Last name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub last_name: ::std::option::Option<::std::string::String>,
        /// Care-of line of the address.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub co_address: ::std::option::Option<::std::string::String>,
        /// Street name, without the number.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub street: ::std::option::Option<::std::string::String>,
        /// Street number.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub street_number: ::std::option::Option<::std::string::String>,
        /// Entrance, often a letter.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub entrance: ::std::option::Option<::std::string::String>,
        /// Floor.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub floor: ::std::option::Option<::std::string::String>,
        /// Suite.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub suite: ::std::option::Option<::std::string::String>,
        /// A postal code, with its leading zeros.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// Postal place of the street address.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_place: ::std::option::Option<::std::string::String>,
        /// Postal address, such as a post-office box.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_address: ::std::option::Option<::std::string::String>,
        /// A postal code, with its leading zeros.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_address_postal_code: ::std::option::Option<crate::wire::PostalCode>,
        /// Postal place of the postal address.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub postal_address_postal_place: ::std::option::Option<::std::string::String>,
        /// A country code, such as NO or SE.
        ///
        /// At most 3 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub country_code: ::std::option::Option<crate::wire::CountryCode>,
        /// Day of birth; its form is not documented.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub birth_date: ::std::option::Option<::std::string::String>,
        /// Sex; its values are not documented.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent")]
        pub sex: ::std::option::Option<::std::string::String>,
        /// The e-mail addresses.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        /// The phone numbers.
        ///
        /// At most 20 characters.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub phone_numbers: ::std::vec::Vec<::std::string::String>,
    }
    /// An order and its lines.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderDetails {
        /// The id of an order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_id: ::std::option::Option<i64>,
        /// The id of an order in another system.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub external_order_id: ::std::option::Option<crate::types::ExternalOrderId>,
        /// The time of the order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The status, such as preliminary; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub order_status: ::std::option::Option<::std::string::String>,
        /// The amount of the order.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub order_amount: ::std::option::Option<crate::wire::Amount>,
        /// The lines of the order.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub order_lines: ::std::vec::Vec<crate::types::OrderLine>,
    }
    /// Orders and their lines.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderDetailsList {
        /// The orders.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub orders: ::std::vec::Vec<crate::types::OrderDetails>,
    }
    /// A line of an order.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderLine {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_id: ::std::option::Option<crate::wire::ProductCode>,
        /// The ordered item. It may be empty.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub description: ::std::option::Option<::std::string::String>,
        /// The number of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_number: ::std::option::Option<i64>,
        /// The time of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_time: ::std::option::Option<crate::wire::EpochSeconds>,
        /// The amount of the line.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub invoice_line_amount: ::std::option::Option<crate::wire::Amount>,
        /// The state of invoicing, such as notInvoiced.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_status: ::std::option::Option<::std::string::String>,
        /// The state of delivery, such as waiting.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub delivery_status: ::std::option::Option<::std::string::String>,
    }
    /// A line of an order.
    ///
    /// Used by third-party clients. Upstream does not document it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderLineRequest {
        /// The type of the ordered item.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_spec_type: ::std::option::Option<::std::string::String>,
        /// The code of the ordered item.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_spec_code: ::std::option::Option<::std::string::String>,
        /// The number of the ordered item.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub product_spec_no: ::std::option::Option<i64>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The quantity.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub quantity: ::std::option::Option<i64>,
        /// The price of one item.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub unit_price: ::std::option::Option<crate::wire::Amount>,
        /// The code of a voucher. Anyone with the code can use it.
        ///
        /// At most 36 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub voucher_code: ::std::option::Option<::std::string::String>,
        /// The product that can be read immediately, judging by the name.
        ///
        /// At most 255 characters.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub allow_access_product: ::std::option::Option<::std::string::String>,
        /// The time for which the product can be read, in seconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub allow_access_seconds: ::std::option::Option<i64>,
        /// The kind of start, judging by the name.
        ///
        /// At most 255 characters.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub start_info: ::std::option::Option<::std::string::String>,
        /// The id of the partner that gives the reward.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub reward_partner_id: ::std::option::Option<i64>,
        /// The id of the reward.
        ///
        /// At most 36 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub reward_id: ::std::option::Option<::std::string::String>,
        /// A payer, a recipient or a recruiter, with an address.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub receiver: ::std::option::Option<crate::types::OrderAddress>,
        /// A payer, a recipient or a recruiter, with an address.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub recruiter: ::std::option::Option<crate::types::OrderAddress>,
    }
    /// Orders and their status.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderList {
        /// The orders.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub orders: ::std::vec::Vec<crate::types::OrderStatus>,
    }
    /// A payment that was made elsewhere.
    ///
    /// Used by third-party clients. Upstream does not document it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderPaymentInfo {
        /// The ticket of the payment.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub ticket: ::std::option::Option<::std::string::String>,
        /// The masked number of the card.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub card_number_masked: ::std::option::Option<::std::string::String>,
        /// The month in which the card expires.
        ///
        /// At most 40 characters.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub exp_month: ::std::option::Option<::std::string::String>,
        /// The year in which the card expires.
        ///
        /// At most 40 characters.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub exp_year: ::std::option::Option<::std::string::String>,
        /// The name of the type of the card.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub card_type_name: ::std::option::Option<::std::string::String>,
        /// The id of the transaction.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub transaction_id: ::std::option::Option<::std::string::String>,
        /// The id of the merchant.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub merchant_id: ::std::option::Option<::std::string::String>,
        /// The id of the merchant of the ticket.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub ticket_merchant_id: ::std::option::Option<::std::string::String>,
        /// True when 3-D Secure was used.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub secure3d: ::std::option::Option<bool>,
        /// True when there is an id of the verification.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub verification_id_present: ::std::option::Option<bool>,
        /// True when the card takes part in 3-D Secure.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub enrolled: ::std::option::Option<bool>,
    }
    /// An order.
    ///
    /// Used by third-party clients. Upstream does not document it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderRequest {
        /// The id of an order in another system.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub external_order_id: ::std::option::Option<crate::types::ExternalOrderId>,
        /// The day of the order.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_date: ::std::option::Option<crate::wire::Date>,
        /// The payment of an order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub payment_method: ::std::option::Option<crate::types::OrderPaymentMethod>,
        /// The amount of the order.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub order_amount: ::std::option::Option<crate::wire::Amount>,
        /// The currency, by ISO 4217.
        ///
        /// At most 3 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub currency: ::std::option::Option<::std::string::String>,
        /// The code of the marketing coupon.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub marketing_coupon_code: ::std::option::Option<::std::string::String>,
        /// The number of the marketing coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub marketing_coupon_number: ::std::option::Option<i64>,
        /// The code of the company that publishes the product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub company_code: ::std::option::Option<::std::string::String>,
        /// The customer's own reference.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub customer_reference: ::std::option::Option<::std::string::String>,
        /// True when the order is prepaid.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub prepaid: ::std::option::Option<bool>,
        /// True when the payment recurs, judging by the field's name.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub recurring: ::std::option::Option<bool>,
        /// A payer, a recipient or a recruiter, with an address.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub payer: ::std::option::Option<crate::types::OrderAddress>,
        /// The lines of the order.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub order_lines: ::std::vec::Vec<crate::types::OrderLineRequest>,
        /// A payment that was made elsewhere.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub payment_info: ::std::option::Option<crate::types::OrderPaymentInfo>,
    }
    /// The id of an order. Set either `orderId` or `externalOrderId`, not both.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderSearchRequest {
        /// The id of an order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_id: ::std::option::Option<i64>,
        /// The id of an order in another system.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub external_order_id: ::std::option::Option<crate::types::ExternalOrderId>,
    }
    /// An order and its status.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderStatus {
        /// The id of an order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_id: ::std::option::Option<i64>,
        /// The id of an order in another system.
        ///
        /// At most 40 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub external_order_id: ::std::option::Option<crate::types::ExternalOrderId>,
        /// The time of the order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The status, such as preliminary; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub order_status: ::std::option::Option<::std::string::String>,
        /// The amount of the order.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub order_amount: ::std::option::Option<crate::wire::Amount>,
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
    }
    /// The user of an order.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderUser {
        /// The id of an order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_id: ::std::option::Option<i64>,
        /// The id of the user.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub unique_user_id: ::std::option::Option<::std::string::String>,
        /// True when this request created the user.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub is_new_user: ::std::option::Option<bool>,
        /// True when the user has a password.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub is_password_set: ::std::option::Option<bool>,
    }
    /// A user to assign to an order.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OrderUserRequest {
        /// The user's credential.
        ///
        /// At most 60 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub credential: ::std::option::Option<::std::string::String>,
        /// True to send the user a message.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub is_send_message: ::std::option::Option<bool>,
        /// The address that the browser goes to afterwards.
        ///
        /// At most 2000 characters.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub return_url: ::std::option::Option<::std::string::String>,
        /// The address that the browser goes to after an error.
        ///
        /// At most 2000 characters.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub error_url: ::std::option::Option<::std::string::String>,
        /// The validity of the link in the message; its unit is not documented.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub link_lifetime: ::std::option::Option<i64>,
        /// The id of the client that replaces the calling client, judging by the field's name.
        ///
        /// At most 255 characters.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub override_client_id: ::std::option::Option<::std::string::String>,
    }
    /// An invoice, as its customer sees it.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct OwnInvoice {
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The number of offers.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_offer_count: ::std::option::Option<::std::string::String>,
        /// The name of the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_name: ::std::option::Option<::std::string::String>,
        /// The amount.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub amount: ::std::option::Option<crate::wire::Amount>,
        /// The date of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_date: ::std::option::Option<crate::wire::Date>,
        /// The date of payment.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub payment_date: ::std::option::Option<crate::wire::Date>,
        /// The due date.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub due_date: ::std::option::Option<crate::wire::Date>,
        /// The number of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_number: ::std::option::Option<::std::string::String>,
        /// The code of the company that publishes the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub company_code: ::std::option::Option<::std::string::String>,
        /// The state of the payment; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub payment_status: ::std::option::Option<::std::string::String>,
        /// The amount of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_amount: ::std::option::Option<crate::wire::Amount>,
        /// The amount that is paid.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub paid_amount: ::std::option::Option<crate::wire::Amount>,
        /// The payment method; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub payment_method: ::std::option::Option<::std::string::String>,
        /// The URL of the invoice. Anyone with this URL can probably read the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_hotel_url: ::std::option::Option<::std::string::String>,
        /// The state of the invoice; only Invoiced has been seen.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_status: ::std::option::Option<::std::string::String>,
    }
    /// A token for card payments of a customer.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PayExToken {
        /// The token. Treat it as a password.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub recurrence_token: ::std::option::Option<::std::string::String>,
        /// The id of the payment provider.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub payment_provider_id: ::std::option::Option<i64>,
        /// The id of the merchant.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub merchant_id: ::std::option::Option<::std::string::String>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
        /// The number of the card, masked.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub masked_card_number: ::std::option::Option<::std::string::String>,
        /// The last month in which the card is valid, such as 12.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub expiration_month: ::std::option::Option<::std::string::String>,
        /// The last year in which the card is valid, in two digits.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub expiration_year: ::std::option::Option<::std::string::String>,
        /// The name of the kind of card.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub card_type_name: ::std::option::Option<::std::string::String>,
    }
    /// The kind of token, and the product that the token pays for.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PayExTokenRequest {
        /// The kind of a PayEx token.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub token_type: ::std::option::Option<crate::types::PayExTokenType>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
    }
    /// The PayEx tokens of a customer.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PayExTokens {
        /// The tokens.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub payment_recurrence_tokens: ::std::vec::Vec<crate::types::PayExToken>,
    }
    /// A payment method of a product.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PaymentMethod {
        /// The payment method; only recurringPayment has been seen.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub payment_method: ::std::option::Option<::std::string::String>,
        /// Y where the method is active; other values have not been seen.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub is_active: ::std::option::Option<::std::string::String>,
    }
    /// A change of a payment method that was begun.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PaymentMethodChange {
        /// The id of the change, which is passed to the browser.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub payment_change_id: ::std::option::Option<i64>,
    }
    /// The new payment method of a product.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PaymentMethodRequest {
        /// The payment method; only recurringPayExCardPayment has been seen.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub payment_method: ::std::option::Option<::std::string::String>,
    }
    /// The payment methods of a product.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PaymentMethods {
        /// The payment methods.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub payment_method_response_items: ::std::vec::Vec<crate::types::PaymentMethod>,
    }
    /// A transaction that begins a payment, which continues in the browser.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PaymentTransaction {
        /// True when the transaction was begun, false after a failure. Upstream documents this meaning of false for Klarna and Vipps only.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub success: ::std::option::Option<bool>,
        /// The id of the transaction, which is passed to the browser.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub transaction_id: ::std::option::Option<i64>,
    }
    /// The purposes for which a customer may be contacted from now on.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PrivacyChangeRequest {
        /// The purposes.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub permission: ::std::vec::Vec<crate::types::PrivacyPermission>,
    }
    /// A purpose for which a customer may be contacted.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PrivacyPermission {
        /// The code of the purpose; DM and EM have been seen.
        ///
        /// At most 255 characters.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub purpose: ::std::option::Option<::std::string::String>,
    }
    /// The purposes for which a customer may be contacted.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PrivacyPermissions {
        /// The purposes.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub permission: ::std::vec::Vec<crate::types::PrivacyPermission>,
    }
    /// The result of a request for private data.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PrivateDataCase {
        /// True when a case was opened. Upstream documents false as a failure.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub success: ::std::option::Option<bool>,
        /// True when a receipt was sent. False if none was requested, and after an error.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub receipt_send: ::std::option::Option<bool>,
    }
    /// A request for private data.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PrivateDataRequest {
        /// True to send the customer a receipt.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub send_receipt: ::std::option::Option<bool>,
    }
    /// A product.
    ///
    /// Used by third-party clients. Upstream does not document it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Product {
        /// The code of the company that publishes the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub company_code: ::std::option::Option<::std::string::String>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The name of the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub description: ::std::option::Option<::std::string::String>,
        /// The type, such as subscription.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_type: ::std::option::Option<::std::string::String>,
        /// The weight; its unit is not documented.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub weight: ::std::option::Option<crate::wire::Amount>,
        /// The currency, by ISO 4217.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub currency: ::std::option::Option<::std::string::String>,
        /// The price on the web.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub web_offer_price: ::std::option::Option<crate::wire::Amount>,
        /// The price in shops.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub retail_price: ::std::option::Option<crate::wire::Amount>,
        /// The rate of the value added tax, in percent.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub vat_percent: ::std::option::Option<crate::wire::Amount>,
        /// True when it is digital.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub digital: ::std::option::Option<bool>,
        /// The start of the sale.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub start_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The end of the sale.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub end_time: ::std::option::Option<crate::wire::EpochMillis>,
    }
    /// The requested products.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ProductFilterRequest {
        /// Only products that were changed after this time.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub changed_after: ::std::option::Option<crate::wire::EpochMillis>,
        /// True for products that are available now, between their start and end.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub only_active: ::std::option::Option<bool>,
    }
    /// The issues of a product.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ProductIssueList {
        /// The product, with its issues.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub issues: ::std::vec::Vec<crate::types::ProductIssues>,
    }
    /// A product and its issues.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ProductIssues {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_id: ::std::option::Option<crate::wire::ProductCode>,
        /// The type of the product, such as subscription.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_type: ::std::option::Option<::std::string::String>,
        /// The issues.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub subscription_issues: ::std::vec::Vec<crate::types::SubscriptionIssue>,
    }
    /// Products.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ProductList {
        /// The products.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub products: ::std::vec::Vec<crate::types::Product>,
    }
    /// A single copy that a customer has bought.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Purchase {
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The number of the order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_number: ::std::option::Option<i64>,
        /// The time of the order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The bought item.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub description: ::std::option::Option<::std::string::String>,
        /// The amount.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub amount: ::std::option::Option<crate::wire::Amount>,
        /// The value added tax.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub vat: ::std::option::Option<crate::wire::Amount>,
        /// The number of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_number: ::std::option::Option<i64>,
        /// The time of the invoice.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub invoice_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The code of the company that publishes the product.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub company_code: ::std::option::Option<::std::string::String>,
        /// The state of invoicing, such as invoiced.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub invoice_status: ::std::option::Option<::std::string::String>,
        /// The target, such as C; its values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub target: ::std::option::Option<::std::string::String>,
    }
    /// The single copies that a customer has bought.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct PurchaseList {
        /// The purchases.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub orders: ::std::vec::Vec<crate::types::Purchase>,
    }
    /// The recruiter and the recruited people.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RecruitmentRequest {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The code of the campaign.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub campaign: ::std::option::Option<::std::string::String>,
        /// The customer who recruited; its members are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub recruiter: ::std::option::Option<crate::wire::Map<::serde_json::Value>>,
        /// The premiums that the recruiter prefers. If the list is left out, the stored premiums are kept. Otherwise it replaces them, even if it is empty. Their members are not documented.
        #[serde(
            default,
            skip_serializing_if = "absent",
            deserialize_with = "optional_objects::<_, _, 100000>"
        )]
        pub recruitment_premium_preferences: ::std::option::Option<
            ::std::vec::Vec<crate::wire::Map<::serde_json::Value>>,
        >,
        /// The recruited people. Their members are not documented.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub recruitments: ::std::vec::Vec<crate::wire::Map<::serde_json::Value>>,
    }
    /// The result of a registration of a recruitment.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RecruitmentStatus {
        /// The outcome: ok when it was registered.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub status: ::std::option::Option<::std::string::String>,
    }
    /// A consent event that was registered.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisteredConsentEvent {
        /// The id of the consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_id: ::std::option::Option<i64>,
        /// The person or thing that a consent is about. It is a customer number if the kind is CONNECT.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub subject: ::std::option::Option<crate::types::ConsentSubject>,
        /// The kind of the subject of a consent.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub subject_type: ::std::option::Option<crate::types::ConsentSubjectType>,
        /// The id of the event.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub consent_event_id: ::std::option::Option<i64>,
        /// The time when it was registered.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub created: ::std::option::Option<crate::wire::EpochMillis>,
        /// The place where the consent was given or withdrawn.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub source: ::std::option::Option<::std::string::String>,
        /// True when the consent was given.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub action: ::std::option::Option<bool>,
        /// The events of the child consents.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub child_events: ::std::vec::Vec<crate::types::ChildConsentEvent>,
    }
    /// An order that was registered.
    ///
    /// Used by third-party clients. Upstream does not document it.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisteredOrder {
        /// The id of an order.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub order_id: ::std::option::Option<i64>,
    }
    /// A reward, its customer and its product.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Reward {
        /// The number of a customer in the media house's data store.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The id of a reward.
        ///
        /// At most 36 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub reward_id: ::std::option::Option<crate::types::RewardId>,
    }
    /// A reward and its partner.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RewardCheckRequest {
        /// The id of a reward.
        ///
        /// At most 36 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub reward_id: ::std::option::Option<crate::types::RewardId>,
        /// The id of the partner that gives the reward.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub reward_partner_id: ::std::option::Option<i64>,
    }
    /// A share to accept.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ShareAcceptRequest {
        /// The code of a share. Anyone with the code can accept or decline the share.
        ///
        /// At most 255 characters.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub share_code: ::std::option::Option<crate::types::ShareCode>,
        /// The change.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub change_type: ::std::option::Option<crate::types::ShareAcceptType>,
    }
    /// A share to cancel.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ShareCancelRequest {
        /// The code of a share. Anyone with the code can accept or decline the share.
        ///
        /// At most 255 characters.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub share_code: ::std::option::Option<crate::types::ShareCode>,
        /// The change.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub change_type: ::std::option::Option<crate::types::ShareCancelType>,
    }
    /// A share to decline.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ShareDeclineRequest {
        /// The code of a share. Anyone with the code can accept or decline the share.
        ///
        /// At most 255 characters.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub share_code: ::std::option::Option<crate::types::ShareCode>,
        /// The change.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub change_type: ::std::option::Option<crate::types::ShareDeclineType>,
    }
    /// The invited person, and the subscription.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ShareInvitationRequest {
        /// An e-mail address or a phone number in E.164 form.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub contact: ::std::option::Option<::std::string::String>,
        /// The kind of a contact.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub contact_type: ::std::option::Option<crate::types::ShareContactType>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
        /// First name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub first_name: ::std::option::Option<::std::string::String>,
        /// Last name.
        ///
        /// At most 30 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub last_name: ::std::option::Option<::std::string::String>,
    }
    /// The state of a share.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ShareResult {
        /// The state of a share, or the reason that it was not changed.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub status: ::std::option::Option<crate::types::ShareStatus>,
    }
    /// A sharing rule of a product.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ShareRule {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
        /// The kind of sharing, such as A; the values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub share_type: ::std::option::Option<::std::string::String>,
        /// The number of people it can be shared with, judging by the field's name.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub share_count: ::std::option::Option<i64>,
    }
    /// The sharing rules of a product.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ShareRuleList {
        /// The rules.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub customer_product_share_rules: ::std::vec::Vec<crate::types::ShareRule>,
    }
    /// The result of updates.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct StockChange {
        /// The text `ok` if the updates were received.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub status: ::std::option::Option<::std::string::String>,
    }
    /// Updates of stocks.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct StockChangeRequest {
        /// The updates. Their members are not documented.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub updates: ::std::vec::Vec<crate::wire::Map<::serde_json::Value>>,
    }
    /// A product that a customer subscribes to.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct Subscription {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// True when it is stopped.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub stopped: ::std::option::Option<bool>,
        /// The start of the period.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub start_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The end of the period.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub end_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// True when it is paid.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub paid: ::std::option::Option<bool>,
        /// The components of a subscription's price.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub price_details: ::std::option::Option<crate::types::SubscriptionPriceDetails>,
        /// True when it can be shared.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub shareable: ::std::option::Option<bool>,
        /// True when the subscription can be shared. Third-party clients read this spelling of `shareable`.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub sharable: ::std::option::Option<bool>,
        /// The sharing options of a subscription.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub share_type: ::std::option::Option<crate::types::SubscriptionShareType>,
        /// The seller.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub sales_person: ::std::option::Option<::std::string::String>,
        /// The distribution level.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub distribution_level: ::std::option::Option<::std::string::String>,
        /// The id of the delivery plan.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub product_delivery_plan_id: ::std::option::Option<i64>,
    }
    /// An issue of a subscription product.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct SubscriptionIssue {
        /// The issue, such as 2026-01.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub issue: ::std::option::Option<::std::string::String>,
        /// The time of publication, in milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub publication_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The planned time of distribution, in milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub distribution_planned_date: ::std::option::Option<crate::wire::EpochMillis>,
        /// The time of distribution, in milliseconds.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub distribution_date: ::std::option::Option<crate::wire::EpochMillis>,
    }
    /// The subscriptions of a customer.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct SubscriptionList {
        /// The subscriptions.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub subscriptions: ::std::vec::Vec<crate::types::Subscription>,
    }
    /// The components of a subscription's price.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct SubscriptionPriceDetails {
        /// The code of the coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub coupon_code: ::std::option::Option<::std::string::String>,
        /// The number of the coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub coupon_number: ::std::option::Option<i64>,
        /// The discount from the full price; its unit is not documented.
        #[serde(
            default,
            skip_serializing_if = "absent",
            serialize_with = "decimal",
            deserialize_with = "number"
        )]
        pub discountfromfullsm: ::std::option::Option<crate::wire::Amount>,
        /// The code of the promotion.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub promotion: ::std::option::Option<::std::string::String>,
        /// The category of the promotion.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub promotion_category: ::std::option::Option<::std::string::String>,
        /// The category type; upstream's samples have an empty text.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub category_type: ::std::option::Option<::std::string::String>,
    }
    /// A subscription to start.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct SubscriptionRequest {
        /// The code of the company that publishes the product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub company_code: ::std::option::Option<::std::string::String>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product: ::std::option::Option<crate::wire::ProductCode>,
        /// The start.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub start_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The end.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub end_time: ::std::option::Option<crate::wire::EpochMillis>,
        /// The number of copies.
        ///
        /// At most 10 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub copies: ::std::option::Option<::std::string::String>,
        /// The code of the coupon.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub coupon_code: ::std::option::Option<::std::string::String>,
        /// The number of the coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub coupon_number: ::std::option::Option<i64>,
        /// The customer's own reference.
        ///
        /// At most 255 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub customer_reference: ::std::option::Option<::std::string::String>,
    }
    /// The result of a start of a subscription.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct SubscriptionStart {
        /// The text `OK` if the subscription was started. Other values are not documented.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub status: ::std::option::Option<::std::string::String>,
    }
    /// A credential of a user.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct UserCredential {
        /// An e-mail address or a phone number.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub credential: ::std::option::Option<::std::string::String>,
        /// The kind of a user's credential.
        ///
        /// Known only from an example in upstream's documentation.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub credential_type: ::std::option::Option<crate::types::UserCredentialType>,
        /// The level of verification of a user's credential.
        ///
        /// Used by third-party clients. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub verification_level: ::std::option::Option<
            crate::types::UserVerificationLevel,
        >,
    }
    /// The profile of a user.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct UserProfile {
        /// The id of the user. It never changes.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub unique_id: ::std::option::Option<::std::string::String>,
        /// A credential of a user.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub login_credential: ::std::option::Option<crate::types::UserCredential>,
        /// The user's credentials.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub user_credentials: ::std::vec::Vec<crate::types::UserCredential>,
        /// The parts of a customer's name.
        ///
        /// Inferred. Upstream does not document it.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "object")]
        pub name: ::std::option::Option<crate::types::Name>,
        /// The phone numbers of the user, each with its type.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub phone_numbers: ::std::vec::Vec<crate::types::CustomerPhoneNumber>,
        /// The e-mail addresses of the user.
        ///
        /// At most 255 characters.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub emails: ::std::vec::Vec<crate::wire::EmailAddress>,
        /// The other services that the user has a profile at.
        #[serde(default, deserialize_with = "values::<_, _, 100000>")]
        pub external_sources: ::std::vec::Vec<crate::types::ExternalSource>,
    }
    /// A customer's agreement to pay with Vipps.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct VippsAgreement {
        /// The reference of the agreement. Treat it as a password.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub agreement_ref: ::std::option::Option<::std::string::String>,
        /// The id of the payment provider.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub payment_provider_id: ::std::option::Option<i64>,
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
    }
    /// The product that an agreement pays for.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct VippsAgreementRequest {
        /// The code of a product.
        ///
        /// At most 12 characters.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub product_code: ::std::option::Option<crate::wire::ProductCode>,
    }
    /// The Vipps agreements of a customer.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct VippsAgreements {
        /// The agreements.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub recurring_agreements: ::std::vec::Vec<crate::types::VippsAgreement>,
    }
    /// A coupon that a voucher is valid for.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct VoucherCoupon {
        /// The code of the coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub coupon_code: ::std::option::Option<::std::string::String>,
        /// The number of the coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "number")]
        pub coupon_number: ::std::option::Option<i64>,
        /// The purpose of the coupon.
        #[serde(default, skip_serializing_if = "absent", deserialize_with = "value")]
        pub description: ::std::option::Option<::std::string::String>,
    }
    /// The coupons that a voucher is valid for.
    ///
    /// Known only from an example in upstream's documentation.
    #[derive(Clone, Default, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct VoucherCouponList {
        /// The coupons.
        #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
        pub coupons: ::std::vec::Vec<crate::types::VoucherCoupon>,
    }
    /// Reads the model. A numeric postal code is padded to four digits in Norway only.
    #[allow(deprecated)]
    impl<'de> ::serde::Deserialize<'de> for CouponPriceRequest {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct Received {
                #[serde(default, deserialize_with = "value")]
                coupon_code: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "number")]
                coupon_number: ::std::option::Option<i64>,
                #[serde(default, deserialize_with = "number")]
                customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
                #[serde(default, deserialize_with = "value")]
                country_code: ::std::option::Option<crate::wire::CountryCode>,
                #[serde(default, deserialize_with = "value")]
                postal_code: ::std::option::Option<crate::wire::ReceivedPostalCode>,
            }
            let received = Received::deserialize(deserializer)?;
            let postal_code = received
                .postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            Ok(Self {
                coupon_code: received.coupon_code,
                coupon_number: received.coupon_number,
                customer_number: received.customer_number,
                country_code: received.country_code,
                postal_code,
            })
        }
    }
    /// Reads the model. A numeric postal code is padded to four digits in Norway only.
    #[allow(deprecated)]
    impl<'de> ::serde::Deserialize<'de> for CustomerSearchRequest {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct Received {
                #[serde(default, deserialize_with = "value")]
                product_code: ::std::option::Option<crate::wire::ProductCode>,
                #[serde(default, deserialize_with = "value")]
                company_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                department_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                first_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                middle_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                last_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                care_of_address: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                street_address: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "number")]
                street_number: ::std::option::Option<i64>,
                #[serde(default, deserialize_with = "value")]
                entrance: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                postal_code: ::std::option::Option<crate::wire::ReceivedPostalCode>,
                #[serde(default, deserialize_with = "value")]
                postal_place: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                country_code: ::std::option::Option<crate::wire::CountryCode>,
                #[serde(default, deserialize_with = "value")]
                phone_number: ::std::option::Option<crate::wire::PhoneNumber>,
                #[serde(default, deserialize_with = "value")]
                email: ::std::option::Option<crate::wire::EmailAddress>,
            }
            let received = Received::deserialize(deserializer)?;
            let postal_code = received
                .postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            Ok(Self {
                product_code: received.product_code,
                company_name: received.company_name,
                department_name: received.department_name,
                first_name: received.first_name,
                middle_name: received.middle_name,
                last_name: received.last_name,
                care_of_address: received.care_of_address,
                street_address: received.street_address,
                street_number: received.street_number,
                entrance: received.entrance,
                postal_code,
                postal_place: received.postal_place,
                country_code: received.country_code,
                phone_number: received.phone_number,
                email: received.email,
            })
        }
    }
    /// Reads the model. A numeric postal code is padded to four digits in Norway only.
    #[allow(deprecated)]
    impl<'de> ::serde::Deserialize<'de> for ExternalAddress {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct Received {
                #[serde(default, deserialize_with = "number")]
                address_type: ::std::option::Option<crate::types::ExternalAddressType>,
                #[serde(default, deserialize_with = "value")]
                street_address: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                postal_code: ::std::option::Option<crate::wire::ReceivedPostalCode>,
                #[serde(default, deserialize_with = "value")]
                postal_place: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                country_code: ::std::option::Option<crate::wire::CountryCode>,
            }
            let received = Received::deserialize(deserializer)?;
            let postal_code = received
                .postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            Ok(Self {
                address_type: received.address_type,
                street_address: received.street_address,
                postal_code,
                postal_place: received.postal_place,
                country_code: received.country_code,
            })
        }
    }
    /// Reads the model. A numeric postal code is padded to four digits in Norway only.
    #[allow(deprecated)]
    impl<'de> ::serde::Deserialize<'de> for FoundCustomer {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct Received {
                #[serde(default, deserialize_with = "number")]
                customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
                #[serde(default, deserialize_with = "value")]
                company_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                department_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                first_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                middle_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                last_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                street_address: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "number")]
                street_number: ::std::option::Option<crate::wire::StreetNumber>,
                #[serde(default, deserialize_with = "value")]
                postal_code: ::std::option::Option<crate::wire::ReceivedPostalCode>,
                #[serde(default, deserialize_with = "value")]
                postal_place: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                postal_address: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                postal_address_postal_code: ::std::option::Option<
                    crate::wire::ReceivedPostalCode,
                >,
                #[serde(default, deserialize_with = "value")]
                postal_address_postal_place: ::std::option::Option<
                    ::std::string::String,
                >,
                #[serde(default, deserialize_with = "value")]
                country_code: ::std::option::Option<crate::wire::CountryCode>,
                #[serde(default, deserialize_with = "found_customer_emails")]
                emails: ::std::vec::Vec<crate::wire::EmailAddress>,
                #[serde(default, deserialize_with = "objects::<_, _, 100000>")]
                phone_numbers: ::std::vec::Vec<crate::types::FoundPhoneNumber>,
            }
            let received = Received::deserialize(deserializer)?;
            let postal_code = received
                .postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            let postal_address_postal_code = received
                .postal_address_postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            Ok(Self {
                customer_number: received.customer_number,
                company_name: received.company_name,
                department_name: received.department_name,
                first_name: received.first_name,
                middle_name: received.middle_name,
                last_name: received.last_name,
                street_address: received.street_address,
                street_number: received.street_number,
                postal_code,
                postal_place: received.postal_place,
                postal_address: received.postal_address,
                postal_address_postal_code,
                postal_address_postal_place: received.postal_address_postal_place,
                country_code: received.country_code,
                emails: received.emails,
                phone_numbers: received.phone_numbers,
            })
        }
    }
    fn found_customer_emails<'de, D: ::serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<::std::vec::Vec<crate::wire::EmailAddress>, D::Error> {
        crate::wire::lenient::wrapped_values(deserializer, "email", 100000)
    }
    /// Reads the model. A numeric postal code is padded to four digits in Norway only.
    #[allow(deprecated)]
    impl<'de> ::serde::Deserialize<'de> for OrderAddress {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct Received {
                #[serde(default, deserialize_with = "number")]
                customer_number: ::std::option::Option<crate::wire::CustomerNumber>,
                #[serde(default, deserialize_with = "value")]
                company_registration_number: ::std::option::Option<
                    ::std::string::String,
                >,
                #[serde(default, deserialize_with = "value")]
                company_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                department: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                first_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                middle_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                last_name: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                co_address: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                street: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                street_number: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                entrance: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                floor: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                suite: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                postal_code: ::std::option::Option<crate::wire::ReceivedPostalCode>,
                #[serde(default, deserialize_with = "value")]
                postal_place: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                postal_address: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                postal_address_postal_code: ::std::option::Option<
                    crate::wire::ReceivedPostalCode,
                >,
                #[serde(default, deserialize_with = "value")]
                postal_address_postal_place: ::std::option::Option<
                    ::std::string::String,
                >,
                #[serde(default, deserialize_with = "value")]
                country_code: ::std::option::Option<crate::wire::CountryCode>,
                #[serde(default, deserialize_with = "value")]
                birth_date: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "value")]
                sex: ::std::option::Option<::std::string::String>,
                #[serde(default, deserialize_with = "values::<_, _, 100000>")]
                emails: ::std::vec::Vec<crate::wire::EmailAddress>,
                #[serde(default, deserialize_with = "values::<_, _, 100000>")]
                phone_numbers: ::std::vec::Vec<::std::string::String>,
            }
            let received = Received::deserialize(deserializer)?;
            let postal_code = received
                .postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            let postal_address_postal_code = received
                .postal_address_postal_code
                .map(|code| code.in_country(received.country_code.as_ref()));
            Ok(Self {
                customer_number: received.customer_number,
                company_registration_number: received.company_registration_number,
                company_name: received.company_name,
                department: received.department,
                first_name: received.first_name,
                middle_name: received.middle_name,
                last_name: received.last_name,
                co_address: received.co_address,
                street: received.street,
                street_number: received.street_number,
                entrance: received.entrance,
                floor: received.floor,
                suite: received.suite,
                postal_code,
                postal_place: received.postal_place,
                postal_address: received.postal_address,
                postal_address_postal_code,
                postal_address_postal_place: received.postal_address_postal_place,
                country_code: received.country_code,
                birth_date: received.birth_date,
                sex: received.sex,
                emails: received.emails,
                phone_numbers: received.phone_numbers,
            })
        }
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The kind of a credential."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        CredentialType { #[doc = " `A_EMAIL_ADDRESS`."] AEmailAddress =
        "A_EMAIL_ADDRESS", #[doc = " `B_SMS_PHONE`."] BSmsPhone = "B_SMS_PHONE", } schema
        : "The kind of a credential."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The level of verification of a credential."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        VerificationLevel { #[doc = " `Externally_verified`."] ExternallyVerified =
        "Externally_verified", #[doc = " `Not verified`."] NotVerified = "Not verified",
        } schema : "The level of verification of a credential."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The result of the completion of an order."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        FulfillmentStatus { #[doc = " It was completed."] Ok = "OK", #[doc =
        " It was not completed."] Error = "ERROR", } schema :
        "The result of the completion of an order."
    }
    crate::wire::text::text_type! {
        #[doc = " The id of an order in another system."] #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        ExternalOrderId, field : "externalOrderId", limits : crate
        ::limits::EXTERNAL_ORDER_ID, received : crate ::wire::scalar::Scalar::into_text,
        schema : "The id of an order in another system."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The payment of an order."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        OrderPaymentMethod { #[doc = " `invoice`."] Invoice = "invoice", #[doc =
        " `sms`."] Sms = "sms", #[doc = " `smsPay`."] SmsPay = "smsPay", #[doc =
        " `vippsRecurring`."] VippsRecurring = "vippsRecurring", #[doc = " `kco`."] Kco =
        "kco", #[doc = " `creditcardPayex`."] CreditcardPayex = "creditcardPayex", #[doc
        = " `other`."] Other = "other", #[doc = " `free`."] Free = "free", #[doc =
        " `swishPayex`."] SwishPayex = "swishPayex", #[doc = " `vippsEcommerce`."]
        VippsEcommerce = "vippsEcommerce", #[doc = " `nexi`."] Nexi = "nexi", #[doc =
        " Sent by an old third-party client. Upstream does not document it."] Creditcard
        = "creditcard", #[doc =
        " Sent by an old third-party client. Upstream does not document it."] Masterpass
        = "masterpass", } schema : "The payment of an order."
    }
    crate::wire::text::text_type! {
        #[doc = " The id of a reward."] #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        RewardId, field : "rewardId", limits : crate ::limits::REWARD_ID, received :
        crate ::wire::scalar::Scalar::into_text, schema : "The id of a reward."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The kind of a PayEx token."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        PayExTokenType { #[doc = " A payment card."] Card = "card", } schema :
        "The kind of a PayEx token."
    }
    crate::wire::text::text_type! {
        #[doc = " The issuer of consents."] #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        ConsentIssuer, field : "consentIssuer", limits : crate ::limits::CONSENT_ISSUER,
        received : crate ::wire::scalar::Scalar::into_text, schema :
        "The issuer of consents."
    }
    crate::wire::text::text_type! {
        #[doc =
        " The person or thing that a consent is about. It is a customer number if the kind is CONNECT."]
        #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        ConsentSubject, field : "consentSubject", limits : crate
        ::limits::CONSENT_SUBJECT, received : crate ::wire::scalar::Scalar::into_text,
        schema :
        "The person or thing that a consent is about. It is a customer number if the kind is CONNECT."
    }
    crate::wire::text::text_type! {
        #[doc =
        " The person or thing that a consent event is about. It is a customer number if the kind is CONNECT."]
        #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        ConsentEventSubject, field : "consentEventSubject", limits : crate
        ::limits::CONSENT_EVENT_SUBJECT, received : crate
        ::wire::scalar::Scalar::into_text, schema :
        "The person or thing that a consent event is about. It is a customer number if the kind is CONNECT."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The kind of the subject of a consent."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        ConsentSubjectType { #[doc = " A customer, by the customer number."] Connect =
        "CONNECT", #[doc = " `CONNECTID`."] Connectid = "CONNECTID", #[doc =
        " `EXTERNAL`."] #[doc = ""] #[doc = " Also read from `External`."] External =
        "EXTERNAL" | "External", #[doc = " `ORDER`."] Order = "ORDER", } schema :
        "The kind of the subject of a consent."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The state of a channel."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        PermissionType { #[doc = " The customer may be contacted."] #[doc = ""] #[doc =
        " Also read from `PERMISSION`."] Permission = "permission" | "PERMISSION", #[doc
        = " The customer may not be contacted."] #[doc = ""] #[doc =
        " Also read from `SHIELD`."] Shield = "shield" | "SHIELD", #[doc = " Neither."]
        #[doc = ""] #[doc = " Also read from `NONE`."] None = "none" | "NONE", } schema :
        "The state of a channel."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The type of a delivery stop, which is temporary or permanent."] #[doc =
        ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        DeliveryStopType { #[doc = " It ends."] Temporary = "temporary", #[doc =
        " It does not end. The spelling of this value is inferred from upstream's text."]
        Permanent = "permanent", } schema :
        "The type of a delivery stop, which is temporary or permanent."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The kind of a contact."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        ShareContactType { #[doc = " `A_EMAIL`."] #[doc = ""] #[doc =
        " Also read from `A`."] AEmail = "A_EMAIL" | "A", #[doc = " `B_PHONENUMBER`."]
        BPhonenumber = "B_PHONENUMBER", } schema : "The kind of a contact."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The change."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        ShareAcceptType { #[doc = " `ACCEPT`."] Accept = "ACCEPT", } schema :
        "The change."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The change."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        ShareDeclineType { #[doc = " `DECLINE`."] Decline = "DECLINE", } schema :
        "The change."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The change."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        ShareCancelType { #[doc = " `CANCEL`."] Cancel = "CANCEL", } schema :
        "The change."
    }
    crate::wire::text::text_type! {
        #[doc =
        " The code of a share. Anyone with the code can accept or decline the share."]
        #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        ShareCode, field : "shareCode", limits : crate ::limits::SHARE_CODE, received :
        crate ::wire::scalar::Scalar::into_text, schema :
        "The code of a share. Anyone with the code can accept or decline the share."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The state of a share, or the reason that it was not changed."] #[doc =
        ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        ShareStatus { #[doc = " The request was sent to the recipient."] ShareOk =
        "SHARE_OK", #[doc = " There is nothing to share."] NoSubscription =
        "NO_SUBSCRIPTION", #[doc = " The subscription is stopped."] SubscriptionStopped =
        "SUBSCRIPTION_STOPPED", #[doc = " The invitation was accepted."] RequestAccepted
        = "REQUEST_ACCEPTED", #[doc = " The invitation was declined."] RequestDeclined =
        "REQUEST_DECLINED", #[doc = " The sharing was ended."] SharingEnded =
        "SHARING_ENDED", #[doc = " There is no such share."] ShareCodeNotFound =
        "SHARE_CODE_NOT_FOUND", #[doc = " The change is not known."]
        ShareChangeTypeNotSupported = "SHARE_CHANGE_TYPE_NOT_SUPPORTED", #[doc =
        " The contact is in use."] AlreadyInUse = "ALREADY_IN_USE", #[doc =
        " The user has accepted another share that goes on."] ShareLimit = "SHARE_LIMIT",
        #[doc = " No invitations are left."] InvitationsPoolExhausted =
        "INVITATIONS_POOL_EXHAUSTED", } schema :
        "The state of a share, or the reason that it was not changed."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The sharing options of a subscription."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        SubscriptionShareType { #[doc = " `USERS`."] Users = "USERS", #[doc = " `NETS`."]
        #[doc = ""] #[doc = " Also read from `Nets`."] Nets = "NETS" | "Nets", #[doc =
        " `B2B`."] B2b = "B2B", } schema : "The sharing options of a subscription."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The level of an access; what the values mean is not documented."] #[doc
        = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        AccessLevel { #[doc = " `A`."] A = "A", #[doc = " `B`."] B = "B", #[doc =
        " `C`."] C = "C", } schema :
        "The level of an access; what the values mean is not documented."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The type of an access."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        AccessType { #[doc = " Access to everything, now."] A = "A", #[doc =
        " Access between a start and an end."] B = "B", #[doc =
        " Named by upstream, which does not document its meaning."] C = "C", #[doc =
        " No access."] D = "D", } schema : "The type of an access."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The kind of a user's credential."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        UserCredentialType { #[doc = " `email`."] Email = "email", #[doc = " `phone`."]
        Phone = "phone", } schema : "The kind of a user's credential."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The level of verification of a user's credential."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        UserVerificationLevel { #[doc = " `notVerified`."] NotVerified = "notVerified",
        #[doc = " `notRepeatedCredential`."] NotRepeatedCredential =
        "notRepeatedCredential", #[doc = " `repeatedCredential`."] RepeatedCredential =
        "repeatedCredential", #[doc = " `externallyVerified`."] ExternallyVerified =
        "externallyVerified", #[doc = " `verificationLink`."] VerificationLink =
        "verificationLink", #[doc = " `verificationCode`."] VerificationCode =
        "verificationCode", #[doc = " Deprecated, according to a third-party client."]
        EnteredPassword = "enteredPassword", } schema :
        "The level of verification of a user's credential."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " Another service that a user has a profile at."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        ExternalSource { #[doc = " `Facebook`."] Facebook = "Facebook", #[doc =
        " `Google`."] Google = "Google", #[doc = " `Vipps`."] Vipps = "Vipps", #[doc =
        " `Apple`."] Apple = "Apple", } schema :
        "Another service that a user has a profile at."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The type of an address."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        ExternalAddressType { #[doc = " `work`."] Work = "work", #[doc = " `home`."] Home
        = "home", #[doc = " `other`."] Other = "other", } schema :
        "The type of an address."
    }
    crate::wire::text::text_type! {
        #[doc = " The id of a user in another system, such as a UUID."] #[doc = ""] #[doc
        =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        ExternalIdentityId, field : "externalIdentityId", limits : crate
        ::limits::EXTERNAL_IDENTITY_ID, received : crate
        ::wire::scalar::Scalar::into_text, schema :
        "The id of a user in another system, such as a UUID."
    }
    crate::wire::text::text_type! {
        #[doc = " The kind of the credential, such as D."] #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        ExternalCredentialType, field : "externalCredentialType", limits : crate
        ::limits::EXTERNAL_CREDENTIAL_TYPE, received : crate
        ::wire::scalar::Scalar::into_text, schema :
        "The kind of the credential, such as D."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The subject of a message."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        MessageCaseType { #[doc = " The follow-up of a complaint."] A = "A", #[doc =
        " A cancellation."] B = "B", } schema : "The subject of a message."
    }
    crate::wire::open_enum::open_enum! {
        #[doc =
        " The direction of a message. Upstream does not document from whose point of view."]
        #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        MessageDirection { #[doc = " `IN`."] In = "IN", #[doc = " `OUT`."] Out = "OUT", }
        schema :
        "The direction of a message. Upstream does not document from whose point of view."
    }
    crate::wire::text::text_type! {
        #[doc = " The code of an enterprise."] #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        EnterpriseCode, field : "enterpriseCode", limits : crate
        ::limits::ENTERPRISE_CODE, received : crate ::wire::scalar::Scalar::into_text,
        schema : "The code of an enterprise."
    }
    crate::wire::text::text_type! {
        #[doc = " The code of an order type."] #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        OrderType, field : "orderType", limits : crate ::limits::ORDER_TYPE, received :
        crate ::wire::scalar::Scalar::into_text, schema : "The code of an order type."
    }
    crate::wire::text::text_type! {
        #[doc = " The code of a voucher. Anyone with the code can use it."] #[doc = ""]
        #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        VoucherCode, field : "voucherCode", limits : crate ::limits::VOUCHER_CODE,
        received : crate ::wire::scalar::Scalar::into_text, schema :
        "The code of a voucher. Anyone with the code can use it."
    }
    crate::wire::text::text_type! {
        #[doc = " The id of a customer in another system."] #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        ExternalId, field : "externalId", limits : crate ::limits::EXTERNAL_ID, received
        : crate ::wire::scalar::Scalar::into_text, schema :
        "The id of a customer in another system."
    }
    crate::wire::text::text_type! {
        #[doc = " The code of an external reference of a customer."] #[doc = ""] #[doc =
        " A received text is kept unchanged, even if it breaks the limits. `is_valid` checks it."]
        ReferenceCode, field : "referenceCode", limits : crate ::limits::REFERENCE_CODE,
        received : crate ::wire::scalar::Scalar::into_text, schema :
        "The code of an external reference of a customer."
    }
    crate::wire::open_enum::open_enum! {
        #[doc = " The type of a phone number."] #[doc = ""] #[doc =
        " Upstream may add values at any time. An undocumented value becomes `Unknown` and is kept unchanged."]
        PhoneNumberType { #[doc = " A home or private number."] Home = "home", #[doc =
        " A mobile number."] Mobile = "mobile", #[doc = " A company or work number."]
        CompanyDirect = "companyDirect", #[doc =
        " A number inside the company's exchange."] CompanyPbx = "companyPbx", #[doc =
        " A number to reach the customer at work."] Company = "company", #[doc =
        " A personal number."] Personal = "personal", #[doc = " A fax number."] Fax =
        "fax", } schema : "The type of a phone number."
    }
    crate::wire::redact::redacting_debug!(
        CustomerInfo { customer_number : present, name : nested, phone_numbers : nested,
        emails : list, invoice_email_address : present, attached_users : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for CustomerInfo {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.name {
                value.unknown_values(report);
            }
            for value in &self.phone_numbers {
                value.unknown_values(report);
            }
            for value in &self.attached_users {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        AttachedUser { unique_id : present, credentials : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for AttachedUser {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.credentials {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Credential { credential : present, credential_type : present, verification_level
        : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Credential {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.credential_type {
                if !value.is_known() {
                    report("credentialType");
                }
            }
            if let Some(value) = &self.verification_level {
                if !value.is_known() {
                    report("verificationLevel");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        CustomerSearchRequest { product_code : present, company_name : present,
        department_name : present, first_name : present, middle_name : present, last_name
        : present, care_of_address : present, street_address : present, street_number :
        present, entrance : present, postal_code : present, postal_place : present,
        country_code : present, phone_number : present, email : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for CustomerSearchRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text("productCode", self.product_code.as_ref(), &limits::PRODUCT_CODE);
            checks
                .text(
                    "companyName",
                    self.company_name.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "departmentName",
                    self.department_name.as_ref(),
                    &validate::length(0, 40),
                );
            checks.text("firstName", self.first_name.as_ref(), &validate::length(0, 30));
            checks
                .text("middleName", self.middle_name.as_ref(), &validate::length(0, 30));
            checks.text("lastName", self.last_name.as_ref(), &validate::length(0, 30));
            checks
                .text(
                    "careOfAddress",
                    self.care_of_address.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "streetAddress",
                    self.street_address.as_ref(),
                    &validate::length(0, 40),
                );
            checks.text("entrance", self.entrance.as_ref(), &validate::length(0, 12));
            checks.text("postalCode", self.postal_code.as_ref(), &limits::POSTAL_CODE);
            checks
                .text(
                    "postalPlace",
                    self.postal_place.as_ref(),
                    &validate::length(0, 30),
                );
            checks
                .text("countryCode", self.country_code.as_ref(), &limits::COUNTRY_CODE);
            checks
                .text("phoneNumber", self.phone_number.as_ref(), &limits::PHONE_NUMBER);
            checks.text("email", self.email.as_ref(), &limits::EMAIL_ADDRESS);
            if !((self
                .last_name
                .as_ref()
                .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace))
                && self
                    .street_address
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace))
                && self
                    .postal_code
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace)))
                || (self
                    .last_name
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace))
                    && self
                        .street_address
                        .as_ref()
                        .is_some_and(|text| {
                            !text.as_str().chars().all(char::is_whitespace)
                        })
                    && self
                        .postal_place
                        .as_ref()
                        .is_some_and(|text| {
                            !text.as_str().chars().all(char::is_whitespace)
                        }))
                || (self
                    .company_name
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace))
                    && self
                        .street_address
                        .as_ref()
                        .is_some_and(|text| {
                            !text.as_str().chars().all(char::is_whitespace)
                        })
                    && self
                        .postal_code
                        .as_ref()
                        .is_some_and(|text| {
                            !text.as_str().chars().all(char::is_whitespace)
                        }))
                || (self
                    .company_name
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace))
                    && self
                        .street_address
                        .as_ref()
                        .is_some_and(|text| {
                            !text.as_str().chars().all(char::is_whitespace)
                        })
                    && self
                        .postal_place
                        .as_ref()
                        .is_some_and(|text| {
                            !text.as_str().chars().all(char::is_whitespace)
                        }))
                || (self
                    .phone_number
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace)))
                || (self
                    .email
                    .as_ref()
                    .is_some_and(|text| {
                        !text.as_str().chars().all(char::is_whitespace)
                    })))
            {
                let rule = crate::validate::Rule::Combination(
                    "at least one of these alternatives: lastName, streetAddress and postalCode; or lastName, streetAddress and postalPlace; or companyName, streetAddress and postalCode; or companyName, streetAddress and postalPlace; or phoneNumber; or email",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Nothing,
                        ),
                    );
            }
        }
    }
    #[allow(deprecated)]
    impl CustomerSearchRequest {
        /// Sets [`product_code`](Self::product_code).
        #[must_use]
        pub fn with_product_code(
            mut self,
            product_code: crate::wire::ProductCode,
        ) -> Self {
            self.product_code = Some(product_code.into());
            self
        }
        /// Sets [`company_name`](Self::company_name).
        #[must_use]
        pub fn with_company_name(
            mut self,
            company_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.company_name = Some(company_name.into());
            self
        }
        /// Sets [`department_name`](Self::department_name).
        #[must_use]
        pub fn with_department_name(
            mut self,
            department_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.department_name = Some(department_name.into());
            self
        }
        /// Sets [`first_name`](Self::first_name).
        #[must_use]
        pub fn with_first_name(
            mut self,
            first_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.first_name = Some(first_name.into());
            self
        }
        /// Sets [`middle_name`](Self::middle_name).
        #[must_use]
        pub fn with_middle_name(
            mut self,
            middle_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.middle_name = Some(middle_name.into());
            self
        }
        /// Sets [`last_name`](Self::last_name).
        #[must_use]
        pub fn with_last_name(
            mut self,
            last_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.last_name = Some(last_name.into());
            self
        }
        /// Sets [`care_of_address`](Self::care_of_address).
        #[must_use]
        pub fn with_care_of_address(
            mut self,
            care_of_address: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.care_of_address = Some(care_of_address.into());
            self
        }
        /// Sets [`street_address`](Self::street_address).
        #[must_use]
        pub fn with_street_address(
            mut self,
            street_address: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.street_address = Some(street_address.into());
            self
        }
        /// Sets [`street_number`](Self::street_number).
        #[must_use]
        pub fn with_street_number(
            mut self,
            street_number: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.street_number = Some(street_number.into());
            self
        }
        /// Sets [`entrance`](Self::entrance).
        #[must_use]
        pub fn with_entrance(
            mut self,
            entrance: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.entrance = Some(entrance.into());
            self
        }
        /// Sets [`postal_code`](Self::postal_code).
        #[must_use]
        pub fn with_postal_code(mut self, postal_code: crate::wire::PostalCode) -> Self {
            self.postal_code = Some(postal_code.into());
            self
        }
        /// Sets [`postal_place`](Self::postal_place).
        #[must_use]
        pub fn with_postal_place(
            mut self,
            postal_place: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.postal_place = Some(postal_place.into());
            self
        }
        /// Sets [`country_code`](Self::country_code).
        #[must_use]
        pub fn with_country_code(
            mut self,
            country_code: crate::wire::CountryCode,
        ) -> Self {
            self.country_code = Some(country_code.into());
            self
        }
        /// Sets [`phone_number`](Self::phone_number).
        #[must_use]
        pub fn with_phone_number(
            mut self,
            phone_number: crate::wire::PhoneNumber,
        ) -> Self {
            self.phone_number = Some(phone_number.into());
            self
        }
        /// Sets [`email`](Self::email).
        #[must_use]
        pub fn with_email(mut self, email: crate::wire::EmailAddress) -> Self {
            self.email = Some(email.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(CustomerSearchResponse { customers : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for CustomerSearchResponse {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.customers {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        FoundCustomer { customer_number : present, company_name : present,
        department_name : present, first_name : present, middle_name : present, last_name
        : present, street_address : present, street_number : present, postal_code :
        present, postal_place : present, postal_address : present,
        postal_address_postal_code : present, postal_address_postal_place : present,
        country_code : present, emails : list, phone_numbers : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for FoundCustomer {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.phone_numbers {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        FoundPhoneNumber { phone_number : present, is_mobile : present }
    );
    impl crate::drift::Drift for FoundPhoneNumber {}
    crate::wire::redact::redacting_debug!(
        CustomerChangeRequest { name : nested, phone_numbers : nested, emails : list,
        invoice_email_address : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for CustomerChangeRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.nested("name", self.name.as_ref());
            checks
                .items(
                    "phoneNumbers",
                    &self.phone_numbers,
                    None,
                    |checks, field, item| {
                        checks.nested(field, Some(item));
                    },
                );
            checks
                .items(
                    "emails",
                    &self.emails,
                    None,
                    |checks, field, item| {
                        checks.text(field, Some(item), &limits::EMAIL_ADDRESS);
                    },
                );
            checks
                .text(
                    "invoiceEmailAddress",
                    self.invoice_email_address.as_ref(),
                    &limits::INVOICE_EMAIL_ADDRESS,
                );
        }
    }
    #[allow(deprecated)]
    impl CustomerChangeRequest {
        /// Sets [`name`](Self::name).
        #[must_use]
        pub fn with_name(
            mut self,
            name: impl ::std::convert::Into<crate::types::Name>,
        ) -> Self {
            self.name = Some(name.into());
            self
        }
        /// Sets [`phone_numbers`](Self::phone_numbers).
        #[must_use]
        pub fn with_phone_numbers(
            mut self,
            phone_numbers: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::types::CustomerPhoneNumber>,
            >,
        ) -> Self {
            self.phone_numbers = phone_numbers
                .into_iter()
                .map(::std::convert::Into::into)
                .collect();
            self
        }
        /// Sets [`emails`](Self::emails).
        #[must_use]
        pub fn with_emails(
            mut self,
            emails: impl ::std::iter::IntoIterator<Item = crate::wire::EmailAddress>,
        ) -> Self {
            self.emails = emails.into_iter().map(::std::convert::Into::into).collect();
            self
        }
        /// Sets [`invoice_email_address`](Self::invoice_email_address).
        #[must_use]
        pub fn with_invoice_email_address(
            mut self,
            invoice_email_address: crate::wire::EmailAddress,
        ) -> Self {
            self.invoice_email_address = Some(invoice_email_address.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(CustomerChangeResponse { success : present });
    impl crate::drift::Drift for CustomerChangeResponse {}
    crate::wire::redact::redacting_debug!(
        ExternalReferenceChangeRequest { external_id : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ExternalReferenceChangeRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("externalId", self.external_id.is_some());
            checks.text("externalId", self.external_id.as_ref(), &limits::EXTERNAL_ID);
        }
    }
    #[allow(deprecated)]
    impl ExternalReferenceChangeRequest {
        /// Sets [`external_id`](Self::external_id).
        #[must_use]
        pub fn with_external_id(
            mut self,
            external_id: crate::types::ExternalId,
        ) -> Self {
            self.external_id = Some(external_id.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ExternalReferenceResponse { success : present }
    );
    impl crate::drift::Drift for ExternalReferenceResponse {}
    crate::wire::redact::redacting_debug!(
        CouponPriceRequest { coupon_code : present, coupon_number : present,
        customer_number : present, country_code : present, postal_code : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for CouponPriceRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("couponCode", self.coupon_code.is_some());
            checks
                .text("couponCode", self.coupon_code.as_ref(), &validate::length(1, 12));
            checks.required("couponNumber", self.coupon_number.is_some());
            checks
                .text("countryCode", self.country_code.as_ref(), &limits::COUNTRY_CODE);
            checks.text("postalCode", self.postal_code.as_ref(), &limits::POSTAL_CODE);
        }
    }
    #[allow(deprecated)]
    impl CouponPriceRequest {
        /// Sets [`coupon_code`](Self::coupon_code).
        #[must_use]
        pub fn with_coupon_code(
            mut self,
            coupon_code: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.coupon_code = Some(coupon_code.into());
            self
        }
        /// Sets [`coupon_number`](Self::coupon_number).
        #[must_use]
        pub fn with_coupon_number(
            mut self,
            coupon_number: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.coupon_number = Some(coupon_number.into());
            self
        }
        /// Sets [`customer_number`](Self::customer_number).
        #[must_use]
        pub fn with_customer_number(
            mut self,
            customer_number: crate::wire::CustomerNumber,
        ) -> Self {
            self.customer_number = Some(customer_number.into());
            self
        }
        /// Sets [`country_code`](Self::country_code).
        #[must_use]
        pub fn with_country_code(
            mut self,
            country_code: crate::wire::CountryCode,
        ) -> Self {
            self.country_code = Some(country_code.into());
            self
        }
        /// Sets [`postal_code`](Self::postal_code).
        #[must_use]
        pub fn with_postal_code(mut self, postal_code: crate::wire::PostalCode) -> Self {
            self.postal_code = Some(postal_code.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        CouponPrice { company_code : present, product : present, price : present,
        vat_amount : present, vatpercent : present, vat_include : present, currency :
        present, dist_amount : present, dist_amountvat : present, customer_number :
        present }
    );
    impl crate::drift::Drift for CouponPrice {}
    crate::wire::redact::redacting_debug!(CouponList { coupons : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for CouponList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.coupons {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Coupon { coupon_code : present, coupon_number : present, start_time : present,
        end_time : present, description : present, coupon_price : present, period_length
        : present, period_type : present, extra_products : nested, renewal : nested,
        marketing : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Coupon {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.extra_products {
                value.unknown_values(report);
            }
            if let Some(value) = &self.renewal {
                value.unknown_values(report);
            }
            if let Some(value) = &self.marketing {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ExtraProduct { product_id : present, description : present }
    );
    impl crate::drift::Drift for ExtraProduct {}
    crate::wire::redact::redacting_debug!(
        CouponRenewal { renewal_price : present, period_length : present, period_type :
        present }
    );
    impl crate::drift::Drift for CouponRenewal {}
    crate::wire::redact::redacting_debug!(
        CouponMarketing { project : present, market : present, activity : present,
        sales_method : present }
    );
    impl crate::drift::Drift for CouponMarketing {}
    crate::wire::redact::redacting_debug!(
        FulfillmentRequest { order_id : present, callback_url : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for FulfillmentRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("orderId", self.order_id.is_some());
            checks
                .text(
                    "callbackUrl",
                    self.callback_url.as_ref(),
                    &validate::length(0, 2000)
                        .in_form(validate::Format::Pattern("^https?://")),
                );
        }
    }
    #[allow(deprecated)]
    impl FulfillmentRequest {
        /// Sets [`order_id`](Self::order_id).
        #[must_use]
        pub fn with_order_id(
            mut self,
            order_id: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.order_id = Some(order_id.into());
            self
        }
        /// Sets [`callback_url`](Self::callback_url).
        #[must_use]
        pub fn with_callback_url(
            mut self,
            callback_url: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.callback_url = Some(callback_url.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        Fulfillment { fulfillment_status : present, order_id : present, error_message :
        present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Fulfillment {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.fulfillment_status {
                if !value.is_known() {
                    report("fulfillmentStatus");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(OrderList { orders : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for OrderList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.orders {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        OrderStatus { order_id : present, external_order_id : present, order_time :
        present, order_status : present, order_amount : present, customer_number :
        present }
    );
    impl crate::drift::Drift for OrderStatus {}
    crate::wire::redact::redacting_debug!(
        OrderSearchRequest { order_id : present, external_order_id : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for OrderSearchRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "externalOrderId",
                    self.external_order_id.as_ref(),
                    &limits::EXTERNAL_ORDER_ID,
                );
            if !((self.order_id.is_some())
                || (self
                    .external_order_id
                    .as_ref()
                    .is_some_and(|text| {
                        !text.as_str().chars().all(char::is_whitespace)
                    })))
            {
                let rule = crate::validate::Rule::Combination(
                    "at least one of these alternatives: orderId; or externalOrderId",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Nothing,
                        ),
                    );
            }
            if [self.order_id.is_some(), self.external_order_id.is_some()]
                .into_iter()
                .filter(|is_sent| *is_sent)
                .count() > 1
            {
                let rule = crate::validate::Rule::Combination(
                    "at most one of orderId and externalOrderId",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Several,
                        ),
                    );
            }
        }
    }
    #[allow(deprecated)]
    impl OrderSearchRequest {
        /// Sets [`order_id`](Self::order_id).
        #[must_use]
        pub fn with_order_id(
            mut self,
            order_id: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.order_id = Some(order_id.into());
            self
        }
        /// Sets [`external_order_id`](Self::external_order_id).
        #[must_use]
        pub fn with_external_order_id(
            mut self,
            external_order_id: crate::types::ExternalOrderId,
        ) -> Self {
            self.external_order_id = Some(external_order_id.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(OrderDetailsList { orders : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for OrderDetailsList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.orders {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        OrderDetails { order_id : present, external_order_id : present, order_time :
        present, order_status : present, order_amount : present, order_lines : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for OrderDetails {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.order_lines {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        OrderLine { product_id : present, description : present, invoice_number :
        present, invoice_time : present, invoice_line_amount : present, invoice_status :
        present, delivery_status : present }
    );
    impl crate::drift::Drift for OrderLine {}
    crate::wire::redact::redacting_debug!(PurchaseList { orders : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for PurchaseList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.orders {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Purchase { customer_number : present, order_number : present, order_date :
        present, description : present, amount : present, vat : present, invoice_number :
        present, invoice_date : present, company_code : present, invoice_status :
        present, target : present }
    );
    impl crate::drift::Drift for Purchase {}
    crate::wire::redact::redacting_debug!(
        OrderRequest { external_order_id : present, order_date : present, payment_method
        : present, order_amount : present, currency : present, marketing_coupon_code :
        present, marketing_coupon_number : present, company_code : present,
        customer_reference : present, prepaid : present, recurring : present, payer :
        nested, order_lines : nested, payment_info : nested }
    );
    #[allow(deprecated)]
    impl validate::Validate for OrderRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "externalOrderId",
                    self.external_order_id.as_ref(),
                    &limits::EXTERNAL_ORDER_ID,
                );
            checks
                .text(
                    "orderDate",
                    self.order_date.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
            checks
                .known(
                    "paymentMethod",
                    (self.payment_method.as_ref()).map(|value| value.is_known()),
                );
            checks.text("currency", self.currency.as_ref(), &validate::length(0, 3));
            checks
                .text(
                    "marketingCouponCode",
                    self.marketing_coupon_code.as_ref(),
                    &validate::length(0, 12),
                );
            checks
                .text(
                    "companyCode",
                    self.company_code.as_ref(),
                    &validate::length(0, 12),
                );
            checks
                .text(
                    "customerReference",
                    self.customer_reference.as_ref(),
                    &validate::length(0, 255),
                );
            checks.nested("payer", self.payer.as_ref());
            checks.min_items("orderLines", self.order_lines.len(), 1u64 as usize);
            checks
                .items(
                    "orderLines",
                    &self.order_lines,
                    None,
                    |checks, field, item| {
                        checks.nested(field, Some(item));
                    },
                );
            checks.nested("paymentInfo", self.payment_info.as_ref());
            if (self.marketing_coupon_code.is_some()
                || self.marketing_coupon_number.is_some())
                && !(self
                    .marketing_coupon_code
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace))
                    && self.marketing_coupon_number.is_some())
            {
                let rule = crate::validate::Rule::Combination(
                    "all or none of marketingCouponCode and marketingCouponNumber",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Part,
                        ),
                    );
            }
        }
    }
    #[allow(deprecated)]
    impl OrderRequest {
        /// Sets [`external_order_id`](Self::external_order_id).
        #[must_use]
        pub fn with_external_order_id(
            mut self,
            external_order_id: crate::types::ExternalOrderId,
        ) -> Self {
            self.external_order_id = Some(external_order_id.into());
            self
        }
        /// Sets [`order_date`](Self::order_date).
        #[must_use]
        pub fn with_order_date(mut self, order_date: crate::wire::Date) -> Self {
            self.order_date = Some(order_date.into());
            self
        }
        /// Sets [`payment_method`](Self::payment_method).
        #[must_use]
        pub fn with_payment_method(
            mut self,
            payment_method: impl ::std::convert::Into<crate::types::OrderPaymentMethod>,
        ) -> Self {
            self.payment_method = Some(payment_method.into());
            self
        }
        /// Sets [`order_amount`](Self::order_amount).
        #[must_use]
        pub fn with_order_amount(
            mut self,
            order_amount: impl ::std::convert::Into<crate::wire::Amount>,
        ) -> Self {
            self.order_amount = Some(order_amount.into());
            self
        }
        /// Sets [`currency`](Self::currency).
        #[must_use]
        pub fn with_currency(
            mut self,
            currency: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.currency = Some(currency.into());
            self
        }
        /// Sets [`marketing_coupon_code`](Self::marketing_coupon_code).
        #[must_use]
        pub fn with_marketing_coupon_code(
            mut self,
            marketing_coupon_code: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.marketing_coupon_code = Some(marketing_coupon_code.into());
            self
        }
        /// Sets [`marketing_coupon_number`](Self::marketing_coupon_number).
        #[must_use]
        pub fn with_marketing_coupon_number(
            mut self,
            marketing_coupon_number: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.marketing_coupon_number = Some(marketing_coupon_number.into());
            self
        }
        /// Sets [`company_code`](Self::company_code).
        #[must_use]
        pub fn with_company_code(
            mut self,
            company_code: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.company_code = Some(company_code.into());
            self
        }
        /// Sets [`customer_reference`](Self::customer_reference).
        #[must_use]
        pub fn with_customer_reference(
            mut self,
            customer_reference: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.customer_reference = Some(customer_reference.into());
            self
        }
        /// Sets [`prepaid`](Self::prepaid).
        #[must_use]
        pub fn with_prepaid(mut self, prepaid: impl ::std::convert::Into<bool>) -> Self {
            self.prepaid = Some(prepaid.into());
            self
        }
        /// Sets [`recurring`](Self::recurring).
        #[must_use]
        pub fn with_recurring(
            mut self,
            recurring: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.recurring = Some(recurring.into());
            self
        }
        /// Sets [`payer`](Self::payer).
        #[must_use]
        pub fn with_payer(
            mut self,
            payer: impl ::std::convert::Into<crate::types::OrderAddress>,
        ) -> Self {
            self.payer = Some(payer.into());
            self
        }
        /// Sets [`order_lines`](Self::order_lines).
        #[must_use]
        pub fn with_order_lines(
            mut self,
            order_lines: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::types::OrderLineRequest>,
            >,
        ) -> Self {
            self.order_lines = order_lines
                .into_iter()
                .map(::std::convert::Into::into)
                .collect();
            self
        }
        /// Sets [`payment_info`](Self::payment_info).
        #[must_use]
        pub fn with_payment_info(
            mut self,
            payment_info: impl ::std::convert::Into<crate::types::OrderPaymentInfo>,
        ) -> Self {
            self.payment_info = Some(payment_info.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        OrderLineRequest { product_spec_type : present, product_spec_code : present,
        product_spec_no : present, product : present, quantity : present, unit_price :
        present, voucher_code : present, allow_access_product : present,
        allow_access_seconds : present, start_info : present, reward_partner_id :
        present, reward_id : present, receiver : nested, recruiter : nested }
    );
    #[allow(deprecated)]
    impl validate::Validate for OrderLineRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "productSpecType",
                    self.product_spec_type.as_ref(),
                    &validate::length(0, 255),
                );
            checks
                .text(
                    "productSpecCode",
                    self.product_spec_code.as_ref(),
                    &validate::length(0, 255),
                );
            checks.text("product", self.product.as_ref(), &limits::PRODUCT_CODE);
            checks
                .text(
                    "voucherCode",
                    self.voucher_code.as_ref(),
                    &validate::length(1, 36),
                );
            checks
                .text(
                    "allowAccessProduct",
                    self.allow_access_product.as_ref(),
                    &validate::length(0, 255),
                );
            checks
                .text("startInfo", self.start_info.as_ref(), &validate::length(0, 255));
            checks.text("rewardId", self.reward_id.as_ref(), &validate::length(0, 36));
            checks.nested("receiver", self.receiver.as_ref());
            checks.nested("recruiter", self.recruiter.as_ref());
        }
    }
    #[allow(deprecated)]
    impl OrderLineRequest {
        /// Sets [`product_spec_type`](Self::product_spec_type).
        #[must_use]
        pub fn with_product_spec_type(
            mut self,
            product_spec_type: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.product_spec_type = Some(product_spec_type.into());
            self
        }
        /// Sets [`product_spec_code`](Self::product_spec_code).
        #[must_use]
        pub fn with_product_spec_code(
            mut self,
            product_spec_code: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.product_spec_code = Some(product_spec_code.into());
            self
        }
        /// Sets [`product_spec_no`](Self::product_spec_no).
        #[must_use]
        pub fn with_product_spec_no(
            mut self,
            product_spec_no: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.product_spec_no = Some(product_spec_no.into());
            self
        }
        /// Sets [`product`](Self::product).
        #[must_use]
        pub fn with_product(mut self, product: crate::wire::ProductCode) -> Self {
            self.product = Some(product.into());
            self
        }
        /// Sets [`quantity`](Self::quantity).
        #[must_use]
        pub fn with_quantity(
            mut self,
            quantity: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.quantity = Some(quantity.into());
            self
        }
        /// Sets [`unit_price`](Self::unit_price).
        #[must_use]
        pub fn with_unit_price(
            mut self,
            unit_price: impl ::std::convert::Into<crate::wire::Amount>,
        ) -> Self {
            self.unit_price = Some(unit_price.into());
            self
        }
        /// Sets [`voucher_code`](Self::voucher_code).
        #[must_use]
        pub fn with_voucher_code(
            mut self,
            voucher_code: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.voucher_code = Some(voucher_code.into());
            self
        }
        /// Sets [`allow_access_product`](Self::allow_access_product).
        #[must_use]
        pub fn with_allow_access_product(
            mut self,
            allow_access_product: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.allow_access_product = Some(allow_access_product.into());
            self
        }
        /// Sets [`allow_access_seconds`](Self::allow_access_seconds).
        #[must_use]
        pub fn with_allow_access_seconds(
            mut self,
            allow_access_seconds: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.allow_access_seconds = Some(allow_access_seconds.into());
            self
        }
        /// Sets [`start_info`](Self::start_info).
        #[must_use]
        pub fn with_start_info(
            mut self,
            start_info: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.start_info = Some(start_info.into());
            self
        }
        /// Sets [`reward_partner_id`](Self::reward_partner_id).
        #[must_use]
        pub fn with_reward_partner_id(
            mut self,
            reward_partner_id: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.reward_partner_id = Some(reward_partner_id.into());
            self
        }
        /// Sets [`reward_id`](Self::reward_id).
        #[must_use]
        pub fn with_reward_id(
            mut self,
            reward_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.reward_id = Some(reward_id.into());
            self
        }
        /// Sets [`receiver`](Self::receiver).
        #[must_use]
        pub fn with_receiver(
            mut self,
            receiver: impl ::std::convert::Into<crate::types::OrderAddress>,
        ) -> Self {
            self.receiver = Some(receiver.into());
            self
        }
        /// Sets [`recruiter`](Self::recruiter).
        #[must_use]
        pub fn with_recruiter(
            mut self,
            recruiter: impl ::std::convert::Into<crate::types::OrderAddress>,
        ) -> Self {
            self.recruiter = Some(recruiter.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        OrderAddress { customer_number : present, company_registration_number : present,
        company_name : present, department : present, first_name : present, middle_name :
        present, last_name : present, co_address : present, street : present,
        street_number : present, entrance : present, floor : present, suite : present,
        postal_code : present, postal_place : present, postal_address : present,
        postal_address_postal_code : present, postal_address_postal_place : present,
        country_code : present, birth_date : present, sex : present, emails : list,
        phone_numbers : list }
    );
    #[allow(deprecated)]
    impl validate::Validate for OrderAddress {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "companyRegistrationNumber",
                    self.company_registration_number.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "companyName",
                    self.company_name.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text("department", self.department.as_ref(), &validate::length(0, 40));
            checks.text("firstName", self.first_name.as_ref(), &validate::length(0, 30));
            checks
                .text("middleName", self.middle_name.as_ref(), &validate::length(0, 30));
            checks.text("lastName", self.last_name.as_ref(), &validate::length(0, 30));
            checks.text("coAddress", self.co_address.as_ref(), &validate::length(0, 40));
            checks.text("street", self.street.as_ref(), &validate::length(0, 40));
            checks
                .text(
                    "streetNumber",
                    self.street_number.as_ref(),
                    &validate::length(0, 40),
                );
            checks.text("entrance", self.entrance.as_ref(), &validate::length(0, 12));
            checks.text("floor", self.floor.as_ref(), &validate::length(0, 40));
            checks.text("suite", self.suite.as_ref(), &validate::length(0, 40));
            checks.text("postalCode", self.postal_code.as_ref(), &limits::POSTAL_CODE);
            checks
                .text(
                    "postalPlace",
                    self.postal_place.as_ref(),
                    &validate::length(0, 30),
                );
            checks
                .text(
                    "postalAddress",
                    self.postal_address.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "postalAddressPostalCode",
                    self.postal_address_postal_code.as_ref(),
                    &limits::POSTAL_CODE,
                );
            checks
                .text(
                    "postalAddressPostalPlace",
                    self.postal_address_postal_place.as_ref(),
                    &validate::length(0, 30),
                );
            checks
                .text("countryCode", self.country_code.as_ref(), &limits::COUNTRY_CODE);
            checks.text("birthDate", self.birth_date.as_ref(), &validate::length(0, 40));
            checks.text("sex", self.sex.as_ref(), &validate::length(0, 40));
            checks
                .items(
                    "emails",
                    &self.emails,
                    None,
                    |checks, field, item| {
                        checks.text(field, Some(item), &limits::EMAIL_ADDRESS);
                    },
                );
            checks
                .items(
                    "phoneNumbers",
                    &self.phone_numbers,
                    None,
                    |checks, field, item| {
                        checks.text(field, Some(item), &validate::length(0, 20));
                    },
                );
        }
    }
    #[allow(deprecated)]
    impl OrderAddress {
        /// Sets [`customer_number`](Self::customer_number).
        #[must_use]
        pub fn with_customer_number(
            mut self,
            customer_number: crate::wire::CustomerNumber,
        ) -> Self {
            self.customer_number = Some(customer_number.into());
            self
        }
        /// Sets [`company_registration_number`](Self::company_registration_number).
        #[must_use]
        pub fn with_company_registration_number(
            mut self,
            company_registration_number: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.company_registration_number = Some(company_registration_number.into());
            self
        }
        /// Sets [`company_name`](Self::company_name).
        #[must_use]
        pub fn with_company_name(
            mut self,
            company_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.company_name = Some(company_name.into());
            self
        }
        /// Sets [`department`](Self::department).
        #[must_use]
        pub fn with_department(
            mut self,
            department: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.department = Some(department.into());
            self
        }
        /// Sets [`first_name`](Self::first_name).
        #[must_use]
        pub fn with_first_name(
            mut self,
            first_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.first_name = Some(first_name.into());
            self
        }
        /// Sets [`middle_name`](Self::middle_name).
        #[must_use]
        pub fn with_middle_name(
            mut self,
            middle_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.middle_name = Some(middle_name.into());
            self
        }
        /// Sets [`last_name`](Self::last_name).
        #[must_use]
        pub fn with_last_name(
            mut self,
            last_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.last_name = Some(last_name.into());
            self
        }
        /// Sets [`co_address`](Self::co_address).
        #[must_use]
        pub fn with_co_address(
            mut self,
            co_address: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.co_address = Some(co_address.into());
            self
        }
        /// Sets [`street`](Self::street).
        #[must_use]
        pub fn with_street(
            mut self,
            street: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.street = Some(street.into());
            self
        }
        /// Sets [`street_number`](Self::street_number).
        #[must_use]
        pub fn with_street_number(
            mut self,
            street_number: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.street_number = Some(street_number.into());
            self
        }
        /// Sets [`entrance`](Self::entrance).
        #[must_use]
        pub fn with_entrance(
            mut self,
            entrance: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.entrance = Some(entrance.into());
            self
        }
        /// Sets [`floor`](Self::floor).
        #[must_use]
        pub fn with_floor(
            mut self,
            floor: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.floor = Some(floor.into());
            self
        }
        /// Sets [`suite`](Self::suite).
        #[must_use]
        pub fn with_suite(
            mut self,
            suite: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.suite = Some(suite.into());
            self
        }
        /// Sets [`postal_code`](Self::postal_code).
        #[must_use]
        pub fn with_postal_code(mut self, postal_code: crate::wire::PostalCode) -> Self {
            self.postal_code = Some(postal_code.into());
            self
        }
        /// Sets [`postal_place`](Self::postal_place).
        #[must_use]
        pub fn with_postal_place(
            mut self,
            postal_place: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.postal_place = Some(postal_place.into());
            self
        }
        /// Sets [`postal_address`](Self::postal_address).
        #[must_use]
        pub fn with_postal_address(
            mut self,
            postal_address: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.postal_address = Some(postal_address.into());
            self
        }
        /// Sets [`postal_address_postal_code`](Self::postal_address_postal_code).
        #[must_use]
        pub fn with_postal_address_postal_code(
            mut self,
            postal_address_postal_code: crate::wire::PostalCode,
        ) -> Self {
            self.postal_address_postal_code = Some(postal_address_postal_code.into());
            self
        }
        /// Sets [`postal_address_postal_place`](Self::postal_address_postal_place).
        #[must_use]
        pub fn with_postal_address_postal_place(
            mut self,
            postal_address_postal_place: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.postal_address_postal_place = Some(postal_address_postal_place.into());
            self
        }
        /// Sets [`country_code`](Self::country_code).
        #[must_use]
        pub fn with_country_code(
            mut self,
            country_code: crate::wire::CountryCode,
        ) -> Self {
            self.country_code = Some(country_code.into());
            self
        }
        /// Sets [`birth_date`](Self::birth_date).
        #[must_use]
        pub fn with_birth_date(
            mut self,
            birth_date: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.birth_date = Some(birth_date.into());
            self
        }
        /// Sets [`sex`](Self::sex).
        #[must_use]
        pub fn with_sex(
            mut self,
            sex: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.sex = Some(sex.into());
            self
        }
        /// Sets [`emails`](Self::emails).
        #[must_use]
        pub fn with_emails(
            mut self,
            emails: impl ::std::iter::IntoIterator<Item = crate::wire::EmailAddress>,
        ) -> Self {
            self.emails = emails.into_iter().map(::std::convert::Into::into).collect();
            self
        }
        /// Sets [`phone_numbers`](Self::phone_numbers).
        #[must_use]
        pub fn with_phone_numbers(
            mut self,
            phone_numbers: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<::std::string::String>,
            >,
        ) -> Self {
            self.phone_numbers = phone_numbers
                .into_iter()
                .map(::std::convert::Into::into)
                .collect();
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        OrderPaymentInfo { ticket : present, card_number_masked : present, exp_month :
        present, exp_year : present, card_type_name : present, transaction_id : present,
        merchant_id : present, ticket_merchant_id : present, secure3d : present,
        verification_id_present : present, enrolled : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for OrderPaymentInfo {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("ticket", self.ticket.as_ref(), &validate::length(0, 255));
            checks
                .text(
                    "cardNumberMasked",
                    self.card_number_masked.as_ref(),
                    &validate::length(0, 40),
                );
            checks.text("expMonth", self.exp_month.as_ref(), &validate::length(0, 40));
            checks.text("expYear", self.exp_year.as_ref(), &validate::length(0, 40));
            checks
                .text(
                    "cardTypeName",
                    self.card_type_name.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "transactionId",
                    self.transaction_id.as_ref(),
                    &validate::length(0, 255),
                );
            checks
                .text(
                    "merchantId",
                    self.merchant_id.as_ref(),
                    &validate::length(0, 255),
                );
            checks
                .text(
                    "ticketMerchantId",
                    self.ticket_merchant_id.as_ref(),
                    &validate::length(0, 255),
                );
        }
    }
    #[allow(deprecated)]
    impl OrderPaymentInfo {
        /// Sets [`ticket`](Self::ticket).
        #[must_use]
        pub fn with_ticket(
            mut self,
            ticket: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.ticket = Some(ticket.into());
            self
        }
        /// Sets [`card_number_masked`](Self::card_number_masked).
        #[must_use]
        pub fn with_card_number_masked(
            mut self,
            card_number_masked: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.card_number_masked = Some(card_number_masked.into());
            self
        }
        /// Sets [`exp_month`](Self::exp_month).
        #[must_use]
        pub fn with_exp_month(
            mut self,
            exp_month: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.exp_month = Some(exp_month.into());
            self
        }
        /// Sets [`exp_year`](Self::exp_year).
        #[must_use]
        pub fn with_exp_year(
            mut self,
            exp_year: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.exp_year = Some(exp_year.into());
            self
        }
        /// Sets [`card_type_name`](Self::card_type_name).
        #[must_use]
        pub fn with_card_type_name(
            mut self,
            card_type_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.card_type_name = Some(card_type_name.into());
            self
        }
        /// Sets [`transaction_id`](Self::transaction_id).
        #[must_use]
        pub fn with_transaction_id(
            mut self,
            transaction_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.transaction_id = Some(transaction_id.into());
            self
        }
        /// Sets [`merchant_id`](Self::merchant_id).
        #[must_use]
        pub fn with_merchant_id(
            mut self,
            merchant_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.merchant_id = Some(merchant_id.into());
            self
        }
        /// Sets [`ticket_merchant_id`](Self::ticket_merchant_id).
        #[must_use]
        pub fn with_ticket_merchant_id(
            mut self,
            ticket_merchant_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.ticket_merchant_id = Some(ticket_merchant_id.into());
            self
        }
        /// Sets [`secure3d`](Self::secure3d).
        #[must_use]
        pub fn with_secure3d(
            mut self,
            secure3d: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.secure3d = Some(secure3d.into());
            self
        }
        /// Sets [`verification_id_present`](Self::verification_id_present).
        #[must_use]
        pub fn with_verification_id_present(
            mut self,
            verification_id_present: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.verification_id_present = Some(verification_id_present.into());
            self
        }
        /// Sets [`enrolled`](Self::enrolled).
        #[must_use]
        pub fn with_enrolled(
            mut self,
            enrolled: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.enrolled = Some(enrolled.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(RegisteredOrder { order_id : present });
    impl crate::drift::Drift for RegisteredOrder {}
    crate::wire::redact::redacting_debug!(
        RewardCheckRequest { reward_id : present, reward_partner_id : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for RewardCheckRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("rewardId", self.reward_id.is_some());
            checks.text("rewardId", self.reward_id.as_ref(), &limits::REWARD_ID);
            checks.required("rewardPartnerId", self.reward_partner_id.is_some());
        }
    }
    #[allow(deprecated)]
    impl RewardCheckRequest {
        /// Sets [`reward_id`](Self::reward_id).
        #[must_use]
        pub fn with_reward_id(mut self, reward_id: crate::types::RewardId) -> Self {
            self.reward_id = Some(reward_id.into());
            self
        }
        /// Sets [`reward_partner_id`](Self::reward_partner_id).
        #[must_use]
        pub fn with_reward_partner_id(
            mut self,
            reward_partner_id: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.reward_partner_id = Some(reward_partner_id.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        Reward { customer_number : present, product : present, reward_id : present }
    );
    impl crate::drift::Drift for Reward {}
    crate::wire::redact::redacting_debug!(
        OrderUserRequest { credential : present, is_send_message : present, return_url :
        present, error_url : present, link_lifetime : present, override_client_id :
        present }
    );
    #[allow(deprecated)]
    impl validate::Validate for OrderUserRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("credential", self.credential.is_some());
            checks
                .text("credential", self.credential.as_ref(), &validate::length(1, 60));
            checks
                .text("returnUrl", self.return_url.as_ref(), &validate::length(0, 2000));
            checks.text("errorUrl", self.error_url.as_ref(), &validate::length(0, 2000));
            checks
                .text(
                    "overrideClientId",
                    self.override_client_id.as_ref(),
                    &validate::length(0, 255),
                );
        }
    }
    #[allow(deprecated)]
    impl OrderUserRequest {
        /// Sets [`credential`](Self::credential).
        #[must_use]
        pub fn with_credential(
            mut self,
            credential: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.credential = Some(credential.into());
            self
        }
        /// Sets [`is_send_message`](Self::is_send_message).
        #[must_use]
        pub fn with_is_send_message(
            mut self,
            is_send_message: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.is_send_message = Some(is_send_message.into());
            self
        }
        /// Sets [`return_url`](Self::return_url).
        #[must_use]
        pub fn with_return_url(
            mut self,
            return_url: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.return_url = Some(return_url.into());
            self
        }
        /// Sets [`error_url`](Self::error_url).
        #[must_use]
        pub fn with_error_url(
            mut self,
            error_url: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.error_url = Some(error_url.into());
            self
        }
        /// Sets [`link_lifetime`](Self::link_lifetime).
        #[must_use]
        pub fn with_link_lifetime(
            mut self,
            link_lifetime: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.link_lifetime = Some(link_lifetime.into());
            self
        }
        /// Sets [`override_client_id`](Self::override_client_id).
        #[must_use]
        pub fn with_override_client_id(
            mut self,
            override_client_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.override_client_id = Some(override_client_id.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        OrderUser { order_id : present, unique_user_id : present, is_new_user : present,
        is_password_set : present }
    );
    impl crate::drift::Drift for OrderUser {}
    crate::wire::redact::redacting_debug!(VoucherCouponList { coupons : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for VoucherCouponList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.coupons {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        VoucherCoupon { coupon_code : present, coupon_number : present, description :
        present }
    );
    impl crate::drift::Drift for VoucherCoupon {}
    crate::wire::redact::redacting_debug!(
        InvoiceList { client_invoice_info_list : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for InvoiceList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.client_invoice_info_list {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Invoice { invoice_id : present, invoice_date : present, payment_date : present,
        due_date : present, invoice_offer_count : present, customer_number : present,
        product : present, product_name : present, amount : present, company_code :
        present, payment_status : present, invoice_amount : present, paid_amount :
        present, payment_method : present, invoice_hotel_url : present, desc : list,
        period : present, period_unit : present, from_time : present, incltime : present,
        invoice_line_info : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Invoice {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.invoice_line_info {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        InvoiceLine { product_code : present, invoice_amount : present,
        invoice_vat_amount : present, invoice_vat_percent : present }
    );
    impl crate::drift::Drift for InvoiceLine {}
    crate::wire::redact::redacting_debug!(
        InvoicesAndReminders { invoices : nested, reminders : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for InvoicesAndReminders {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.invoices {
                value.unknown_values(report);
            }
            for value in &self.reminders {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        OwnInvoice { customer_number : present, product : present, invoice_offer_count :
        present, product_name : present, amount : present, invoice_date : present,
        payment_date : present, due_date : present, invoice_number : present,
        company_code : present, payment_status : present, invoice_amount : present,
        paid_amount : present, payment_method : present, invoice_hotel_url : present,
        invoice_status : present }
    );
    impl crate::drift::Drift for OwnInvoice {}
    crate::wire::redact::redacting_debug!(
        InvoiceReminder { invoice_number : present, product : present, from_time :
        present, include_time : present, reminder_date : present, due_date : present,
        amount : present, reminder_number : present, reminder_type : present,
        invoice_hotel_url : present }
    );
    impl crate::drift::Drift for InvoiceReminder {}
    crate::wire::redact::redacting_debug!(
        InvoiceAddress { name : nested, address : present, payer_same_as_customer :
        present, payer_customer_number : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for InvoiceAddress {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.name {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(KlarnaTokenRequest { product_code : present });
    #[allow(deprecated)]
    impl validate::Validate for KlarnaTokenRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("productCode", self.product_code.is_some());
            checks
                .text("productCode", self.product_code.as_ref(), &limits::PRODUCT_CODE);
        }
    }
    #[allow(deprecated)]
    impl KlarnaTokenRequest {
        /// Sets [`product_code`](Self::product_code).
        #[must_use]
        pub fn with_product_code(
            mut self,
            product_code: crate::wire::ProductCode,
        ) -> Self {
            self.product_code = Some(product_code.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        NexiSubscriptionRequest { product_code : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for NexiSubscriptionRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("productCode", self.product_code.is_some());
            checks
                .text("productCode", self.product_code.as_ref(), &limits::PRODUCT_CODE);
        }
    }
    #[allow(deprecated)]
    impl NexiSubscriptionRequest {
        /// Sets [`product_code`](Self::product_code).
        #[must_use]
        pub fn with_product_code(
            mut self,
            product_code: crate::wire::ProductCode,
        ) -> Self {
            self.product_code = Some(product_code.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        PayExTokens { payment_recurrence_tokens : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for PayExTokens {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.payment_recurrence_tokens {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        PayExToken { recurrence_token : present, payment_provider_id : present,
        merchant_id : present, product_code : present, masked_card_number : present,
        expiration_month : present, expiration_year : present, card_type_name : present }
    );
    impl crate::drift::Drift for PayExToken {}
    crate::wire::redact::redacting_debug!(
        PayExTokenRequest { token_type : present, product_code : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for PayExTokenRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("tokenType", self.token_type.is_some());
            checks
                .known(
                    "tokenType",
                    (self.token_type.as_ref()).map(|value| value.is_known()),
                );
            checks.required("productCode", self.product_code.is_some());
            checks
                .text("productCode", self.product_code.as_ref(), &limits::PRODUCT_CODE);
        }
    }
    #[allow(deprecated)]
    impl PayExTokenRequest {
        /// Sets [`token_type`](Self::token_type).
        #[must_use]
        pub fn with_token_type(
            mut self,
            token_type: impl ::std::convert::Into<crate::types::PayExTokenType>,
        ) -> Self {
            self.token_type = Some(token_type.into());
            self
        }
        /// Sets [`product_code`](Self::product_code).
        #[must_use]
        pub fn with_product_code(
            mut self,
            product_code: crate::wire::ProductCode,
        ) -> Self {
            self.product_code = Some(product_code.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        PaymentMethods { payment_method_response_items : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for PaymentMethods {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.payment_method_response_items {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        PaymentMethod { payment_method : present, is_active : present }
    );
    impl crate::drift::Drift for PaymentMethod {}
    crate::wire::redact::redacting_debug!(
        PaymentMethodRequest { payment_method : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for PaymentMethodRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "paymentMethod",
                    self.payment_method.as_ref(),
                    &validate::length(0, 255),
                );
        }
    }
    #[allow(deprecated)]
    impl PaymentMethodRequest {
        /// Sets [`payment_method`](Self::payment_method).
        #[must_use]
        pub fn with_payment_method(
            mut self,
            payment_method: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.payment_method = Some(payment_method.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        PaymentMethodChange { payment_change_id : present }
    );
    impl crate::drift::Drift for PaymentMethodChange {}
    crate::wire::redact::redacting_debug!(
        VippsAgreements { recurring_agreements : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for VippsAgreements {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.recurring_agreements {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        VippsAgreement { agreement_ref : present, payment_provider_id : present,
        product_code : present }
    );
    impl crate::drift::Drift for VippsAgreement {}
    crate::wire::redact::redacting_debug!(
        VippsAgreementRequest { product_code : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for VippsAgreementRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("productCode", self.product_code.is_some());
            checks
                .text("productCode", self.product_code.as_ref(), &limits::PRODUCT_CODE);
        }
    }
    #[allow(deprecated)]
    impl VippsAgreementRequest {
        /// Sets [`product_code`](Self::product_code).
        #[must_use]
        pub fn with_product_code(
            mut self,
            product_code: crate::wire::ProductCode,
        ) -> Self {
            self.product_code = Some(product_code.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(PrivateDataRequest { send_receipt : present });
    #[allow(deprecated)]
    impl validate::Validate for PrivateDataRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("sendReceipt", self.send_receipt.is_some());
        }
    }
    #[allow(deprecated)]
    impl PrivateDataRequest {
        /// Sets [`send_receipt`](Self::send_receipt).
        #[must_use]
        pub fn with_send_receipt(
            mut self,
            send_receipt: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.send_receipt = Some(send_receipt.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        PrivateDataCase { success : present, receipt_send : present }
    );
    impl crate::drift::Drift for PrivateDataCase {}
    crate::wire::redact::redacting_debug!(
        ConsentEventHistory { issuer : present, subject : present, subject_type :
        present, consents : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ConsentEventHistory {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.subject_type {
                if !value.is_known() {
                    report("subjectType");
                }
            }
            for value in &self.consents {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ConsentWithEvents { consent_id : present, target : present, scope : present,
        events : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ConsentWithEvents {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.events {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ConsentEvent { consent_event_id : present, created : present, source : present,
        action : present }
    );
    impl crate::drift::Drift for ConsentEvent {}
    crate::wire::redact::redacting_debug!(
        ConsentTexts { issuer : present, consents : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ConsentTexts {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.consents {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ConsentWithTexts { consent_id : present, consent_group_id : present, target :
        present, scope : present, texts : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ConsentWithTexts {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.texts {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ConsentText { text_id : present, language_code : present }
    );
    impl crate::drift::Drift for ConsentText {}
    crate::wire::redact::redacting_debug!(
        ConsentTextHistory { issuer : present, consents : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ConsentTextHistory {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.consents {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ConsentWithTextHistory { consent_id : present, consent_group_id : present, target
        : present, scope : present, texts : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ConsentWithTextHistory {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.texts {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ConsentTextVersions { consent_text_id : present, language_code : present,
        text_history : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ConsentTextVersions {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.text_history {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ConsentTextVersion { consent_text_history_id : present, text : present, from_date
        : present, to_date : present }
    );
    impl crate::drift::Drift for ConsentTextVersion {}
    crate::wire::redact::redacting_debug!(
        ConsentList { issuer : present, consents : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ConsentList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.consents {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Consent { consent_id : present, consent_group_id : present, target : present,
        scope : present, parent_consent_id : present, selection_order : present,
        display_mode : present, created : present, texts : nested, active : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Consent {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.texts {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ConsentDescription { language_code : present, name : present, description :
        present }
    );
    impl crate::drift::Drift for ConsentDescription {}
    crate::wire::redact::redacting_debug!(
        ConsentEventRequest { consent_id : present, consent_target : present,
        consent_scope : present, subject : present, subject_type : present, source :
        present, action : present, event_time : present, data : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ConsentEventRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "consentTarget",
                    self.consent_target.as_ref(),
                    &validate::length(0, 255),
                );
            checks
                .text(
                    "consentScope",
                    self.consent_scope.as_ref(),
                    &validate::length(0, 255),
                );
            checks
                .text("subject", self.subject.as_ref(), &limits::CONSENT_EVENT_SUBJECT);
            checks
                .known(
                    "subjectType",
                    (self.subject_type.as_ref()).map(|value| value.is_known()),
                );
            checks.text("source", self.source.as_ref(), &validate::length(0, 255));
            checks
                .text(
                    "data",
                    self.data.as_ref(),
                    &validate::length(0, 65536).in_form(validate::Format::Base64),
                );
            if !((self.consent_id.is_some())
                || (self
                    .consent_target
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace))
                    && self
                        .consent_scope
                        .as_ref()
                        .is_some_and(|text| {
                            !text.as_str().chars().all(char::is_whitespace)
                        })))
            {
                let rule = crate::validate::Rule::Combination(
                    "at least one of these alternatives: consentId; or consentTarget and consentScope",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Nothing,
                        ),
                    );
            }
        }
    }
    #[allow(deprecated)]
    impl ConsentEventRequest {
        /// Sets [`consent_id`](Self::consent_id).
        #[must_use]
        pub fn with_consent_id(
            mut self,
            consent_id: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.consent_id = Some(consent_id.into());
            self
        }
        /// Sets [`consent_target`](Self::consent_target).
        #[must_use]
        pub fn with_consent_target(
            mut self,
            consent_target: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.consent_target = Some(consent_target.into());
            self
        }
        /// Sets [`consent_scope`](Self::consent_scope).
        #[must_use]
        pub fn with_consent_scope(
            mut self,
            consent_scope: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.consent_scope = Some(consent_scope.into());
            self
        }
        /// Sets [`subject`](Self::subject).
        #[must_use]
        pub fn with_subject(
            mut self,
            subject: crate::types::ConsentEventSubject,
        ) -> Self {
            self.subject = Some(subject.into());
            self
        }
        /// Sets [`subject_type`](Self::subject_type).
        #[must_use]
        pub fn with_subject_type(
            mut self,
            subject_type: impl ::std::convert::Into<crate::types::ConsentSubjectType>,
        ) -> Self {
            self.subject_type = Some(subject_type.into());
            self
        }
        /// Sets [`source`](Self::source).
        #[must_use]
        pub fn with_source(
            mut self,
            source: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.source = Some(source.into());
            self
        }
        /// Sets [`action`](Self::action).
        #[must_use]
        pub fn with_action(mut self, action: impl ::std::convert::Into<bool>) -> Self {
            self.action = Some(action.into());
            self
        }
        /// Sets [`event_time`](Self::event_time).
        #[must_use]
        pub fn with_event_time(
            mut self,
            event_time: impl ::std::convert::Into<crate::wire::EpochMillis>,
        ) -> Self {
            self.event_time = Some(event_time.into());
            self
        }
        /// Sets [`data`](Self::data).
        #[must_use]
        pub fn with_data(mut self, data: crate::wire::Base64) -> Self {
            self.data = Some(data.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        RegisteredConsentEvent { consent_id : present, subject : present, subject_type :
        present, consent_event_id : present, created : present, source : present, action
        : present, child_events : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for RegisteredConsentEvent {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.subject_type {
                if !value.is_known() {
                    report("subjectType");
                }
            }
            for value in &self.child_events {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ChildConsentEvent { consent_event_id : present, consent_id : present, created :
        present, action : present }
    );
    impl crate::drift::Drift for ChildConsentEvent {}
    crate::wire::redact::redacting_debug!(ChannelPermissions { channels : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for ChannelPermissions {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.channels {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ChannelPermissionsRequest { channels : nested }
    );
    #[allow(deprecated)]
    impl validate::Validate for ChannelPermissionsRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .items(
                    "channels",
                    &self.channels,
                    None,
                    |checks, field, item| {
                        checks.nested(field, Some(item));
                    },
                );
        }
    }
    #[allow(deprecated)]
    impl ChannelPermissionsRequest {
        /// Sets [`channels`](Self::channels).
        #[must_use]
        pub fn with_channels(
            mut self,
            channels: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::types::ChannelPermission>,
            >,
        ) -> Self {
            self.channels = channels
                .into_iter()
                .map(::std::convert::Into::into)
                .collect();
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ChannelPermission { type_ : present, value : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ChannelPermission {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.known("type", (self.type_.as_ref()).map(|value| value.is_known()));
            checks.text("value", self.value.as_ref(), &validate::length(0, 255));
        }
    }
    #[allow(deprecated)]
    impl ChannelPermission {
        /// Sets [`type_`](Self::type_).
        #[must_use]
        pub fn with_type(
            mut self,
            type_: impl ::std::convert::Into<crate::types::PermissionType>,
        ) -> Self {
            self.type_ = Some(type_.into());
            self
        }
        /// Sets [`value`](Self::value).
        #[must_use]
        pub fn with_value(
            mut self,
            value: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.value = Some(value.into());
            self
        }
    }
    #[allow(deprecated)]
    impl crate::drift::Drift for ChannelPermission {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.type_ {
                if !value.is_known() {
                    report("type");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(PrivacyPermissions { permission : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for PrivacyPermissions {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.permission {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(PrivacyChangeRequest { permission : nested });
    #[allow(deprecated)]
    impl validate::Validate for PrivacyChangeRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .items(
                    "permission",
                    &self.permission,
                    None,
                    |checks, field, item| {
                        checks.nested(field, Some(item));
                    },
                );
        }
    }
    #[allow(deprecated)]
    impl PrivacyChangeRequest {
        /// Sets [`permission`](Self::permission).
        #[must_use]
        pub fn with_permission(
            mut self,
            permission: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::types::PrivacyPermission>,
            >,
        ) -> Self {
            self.permission = permission
                .into_iter()
                .map(::std::convert::Into::into)
                .collect();
            self
        }
    }
    crate::wire::redact::redacting_debug!(PrivacyPermission { purpose : present });
    #[allow(deprecated)]
    impl validate::Validate for PrivacyPermission {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("purpose", self.purpose.as_ref(), &validate::length(0, 255));
        }
    }
    #[allow(deprecated)]
    impl PrivacyPermission {
        /// Sets [`purpose`](Self::purpose).
        #[must_use]
        pub fn with_purpose(
            mut self,
            purpose: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.purpose = Some(purpose.into());
            self
        }
    }
    impl crate::drift::Drift for PrivacyPermission {}
    crate::wire::redact::redacting_debug!(
        ComplaintRequest { product : present, issue : present, complaint_action :
        present, create_post_distribution : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ComplaintRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("product", self.product.is_some());
            checks.text("product", self.product.as_ref(), &limits::PRODUCT_CODE);
            checks.required("issue", self.issue.is_some());
            checks.text("issue", self.issue.as_ref(), &validate::length(1, 10));
            checks.required("complaintAction", self.complaint_action.is_some());
            checks
                .text(
                    "complaintAction",
                    self.complaint_action.as_ref(),
                    &validate::length(1, 2),
                );
        }
    }
    #[allow(deprecated)]
    impl ComplaintRequest {
        /// Sets [`product`](Self::product).
        #[must_use]
        pub fn with_product(mut self, product: crate::wire::ProductCode) -> Self {
            self.product = Some(product.into());
            self
        }
        /// Sets [`issue`](Self::issue).
        #[must_use]
        pub fn with_issue(
            mut self,
            issue: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.issue = Some(issue.into());
            self
        }
        /// Sets [`complaint_action`](Self::complaint_action).
        #[must_use]
        pub fn with_complaint_action(
            mut self,
            complaint_action: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.complaint_action = Some(complaint_action.into());
            self
        }
        /// Sets [`create_post_distribution`](Self::create_post_distribution).
        #[must_use]
        pub fn with_create_post_distribution(
            mut self,
            create_post_distribution: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.create_post_distribution = Some(create_post_distribution.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ComplaintList { product : present, complaint_actions : list, complaints : list }
    );
    impl crate::drift::Drift for ComplaintList {}
    crate::wire::redact::redacting_debug!(
        DeliveryStopRequest { delivery_stop : nested }
    );
    #[allow(deprecated)]
    impl validate::Validate for DeliveryStopRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("deliveryStop", self.delivery_stop.is_some());
            checks.nested("deliveryStop", self.delivery_stop.as_ref());
        }
    }
    #[allow(deprecated)]
    impl DeliveryStopRequest {
        /// Sets [`delivery_stop`](Self::delivery_stop).
        #[must_use]
        pub fn with_delivery_stop(
            mut self,
            delivery_stop: impl ::std::convert::Into<crate::types::DeliveryStop>,
        ) -> Self {
            self.delivery_stop = Some(delivery_stop.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(DeliveryStopList { delivery_stops : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for DeliveryStopList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.delivery_stops {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        DeliveryStop { id : present, product : present, stop_time : present,
        stop_end_time : present, stop_type : present, delivery_stop_channel : present,
        delivery_stop_reason : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for DeliveryStop {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("product", self.product.as_ref(), &limits::PRODUCT_CODE);
            checks.text("stopType", self.stop_type.as_ref(), &validate::at_least(1));
            checks
                .text(
                    "deliveryStopChannel",
                    self.delivery_stop_channel.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "deliveryStopReason",
                    self.delivery_stop_reason.as_ref(),
                    &validate::length(0, 40),
                );
        }
    }
    #[allow(deprecated)]
    impl DeliveryStop {
        /// Sets [`id`](Self::id).
        #[must_use]
        pub fn with_id(mut self, id: impl ::std::convert::Into<i64>) -> Self {
            self.id = Some(id.into());
            self
        }
        /// Sets [`product`](Self::product).
        #[must_use]
        pub fn with_product(mut self, product: crate::wire::ProductCode) -> Self {
            self.product = Some(product.into());
            self
        }
        /// Sets [`stop_time`](Self::stop_time).
        #[must_use]
        pub fn with_stop_time(
            mut self,
            stop_time: impl ::std::convert::Into<crate::wire::EpochMillis>,
        ) -> Self {
            self.stop_time = Some(stop_time.into());
            self
        }
        /// Sets [`stop_end_time`](Self::stop_end_time).
        #[must_use]
        pub fn with_stop_end_time(
            mut self,
            stop_end_time: impl ::std::convert::Into<crate::wire::EpochMillis>,
        ) -> Self {
            self.stop_end_time = Some(stop_end_time.into());
            self
        }
        /// Sets [`stop_type`](Self::stop_type).
        #[must_use]
        pub fn with_stop_type(
            mut self,
            stop_type: impl ::std::convert::Into<crate::types::DeliveryStopType>,
        ) -> Self {
            self.stop_type = Some(stop_type.into());
            self
        }
        /// Sets [`delivery_stop_channel`](Self::delivery_stop_channel).
        #[must_use]
        pub fn with_delivery_stop_channel(
            mut self,
            delivery_stop_channel: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.delivery_stop_channel = Some(delivery_stop_channel.into());
            self
        }
        /// Sets [`delivery_stop_reason`](Self::delivery_stop_reason).
        #[must_use]
        pub fn with_delivery_stop_reason(
            mut self,
            delivery_stop_reason: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.delivery_stop_reason = Some(delivery_stop_reason.into());
            self
        }
    }
    #[allow(deprecated)]
    impl crate::drift::Drift for DeliveryStop {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.stop_type {
                if !value.is_known() {
                    report("stopType");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        DistributedIssueList { delivered_issues : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for DistributedIssueList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.delivered_issues {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        DistributedIssue { issue : present, distributed_date : present }
    );
    impl crate::drift::Drift for DistributedIssue {}
    crate::wire::redact::redacting_debug!(ProductIssueList { issues : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for ProductIssueList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.issues {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ProductIssues { product_id : present, product_type : present, subscription_issues
        : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ProductIssues {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.subscription_issues {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        SubscriptionIssue { issue : present, publication_date : present,
        distribution_planned_date : present, distribution_date : present }
    );
    impl crate::drift::Drift for SubscriptionIssue {}
    crate::wire::redact::redacting_debug!(
        ProductFilterRequest { changed_after : present, only_active : present }
    );
    impl validate::Validate for ProductFilterRequest {}
    #[allow(deprecated)]
    impl ProductFilterRequest {
        /// Sets [`changed_after`](Self::changed_after).
        #[must_use]
        pub fn with_changed_after(
            mut self,
            changed_after: impl ::std::convert::Into<crate::wire::EpochMillis>,
        ) -> Self {
            self.changed_after = Some(changed_after.into());
            self
        }
        /// Sets [`only_active`](Self::only_active).
        #[must_use]
        pub fn with_only_active(
            mut self,
            only_active: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.only_active = Some(only_active.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(ProductList { products : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for ProductList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.products {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Product { company_code : present, product : present, description : present,
        product_type : present, weight : present, currency : present, web_offer_price :
        present, retail_price : present, vat_percent : present, digital : present,
        start_time : present, end_time : present }
    );
    impl crate::drift::Drift for Product {}
    crate::wire::redact::redacting_debug!(
        ShareInvitationRequest { contact : present, contact_type : present, product_code
        : present, first_name : present, last_name : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ShareInvitationRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("contact", self.contact.is_some());
            checks.text("contact", self.contact.as_ref(), &validate::length(1, 255));
            checks.required("contactType", self.contact_type.is_some());
            checks
                .known(
                    "contactType",
                    (self.contact_type.as_ref()).map(|value| value.is_known()),
                );
            checks.required("productCode", self.product_code.is_some());
            checks
                .text("productCode", self.product_code.as_ref(), &limits::PRODUCT_CODE);
            checks.text("firstName", self.first_name.as_ref(), &validate::length(0, 30));
            checks.text("lastName", self.last_name.as_ref(), &validate::length(0, 30));
        }
    }
    #[allow(deprecated)]
    impl ShareInvitationRequest {
        /// Sets [`contact`](Self::contact).
        #[must_use]
        pub fn with_contact(
            mut self,
            contact: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.contact = Some(contact.into());
            self
        }
        /// Sets [`contact_type`](Self::contact_type).
        #[must_use]
        pub fn with_contact_type(
            mut self,
            contact_type: impl ::std::convert::Into<crate::types::ShareContactType>,
        ) -> Self {
            self.contact_type = Some(contact_type.into());
            self
        }
        /// Sets [`product_code`](Self::product_code).
        #[must_use]
        pub fn with_product_code(
            mut self,
            product_code: crate::wire::ProductCode,
        ) -> Self {
            self.product_code = Some(product_code.into());
            self
        }
        /// Sets [`first_name`](Self::first_name).
        #[must_use]
        pub fn with_first_name(
            mut self,
            first_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.first_name = Some(first_name.into());
            self
        }
        /// Sets [`last_name`](Self::last_name).
        #[must_use]
        pub fn with_last_name(
            mut self,
            last_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.last_name = Some(last_name.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ShareAcceptRequest { share_code : present, change_type : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ShareAcceptRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("shareCode", self.share_code.is_some());
            checks.text("shareCode", self.share_code.as_ref(), &limits::SHARE_CODE);
            checks.required("changeType", self.change_type.is_some());
            checks.text("changeType", self.change_type.as_ref(), &validate::at_least(1));
        }
    }
    #[allow(deprecated)]
    impl ShareAcceptRequest {
        /// Sets [`share_code`](Self::share_code).
        #[must_use]
        pub fn with_share_code(mut self, share_code: crate::types::ShareCode) -> Self {
            self.share_code = Some(share_code.into());
            self
        }
        /// Sets [`change_type`](Self::change_type).
        #[must_use]
        pub fn with_change_type(
            mut self,
            change_type: impl ::std::convert::Into<crate::types::ShareAcceptType>,
        ) -> Self {
            self.change_type = Some(change_type.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ShareDeclineRequest { share_code : present, change_type : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ShareDeclineRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("shareCode", self.share_code.is_some());
            checks.text("shareCode", self.share_code.as_ref(), &limits::SHARE_CODE);
            checks.required("changeType", self.change_type.is_some());
            checks
                .known(
                    "changeType",
                    (self.change_type.as_ref()).map(|value| value.is_known()),
                );
        }
    }
    #[allow(deprecated)]
    impl ShareDeclineRequest {
        /// Sets [`share_code`](Self::share_code).
        #[must_use]
        pub fn with_share_code(mut self, share_code: crate::types::ShareCode) -> Self {
            self.share_code = Some(share_code.into());
            self
        }
        /// Sets [`change_type`](Self::change_type).
        #[must_use]
        pub fn with_change_type(
            mut self,
            change_type: impl ::std::convert::Into<crate::types::ShareDeclineType>,
        ) -> Self {
            self.change_type = Some(change_type.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ShareCancelRequest { share_code : present, change_type : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ShareCancelRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("shareCode", self.share_code.is_some());
            checks.text("shareCode", self.share_code.as_ref(), &limits::SHARE_CODE);
            checks.required("changeType", self.change_type.is_some());
            checks.text("changeType", self.change_type.as_ref(), &validate::at_least(1));
        }
    }
    #[allow(deprecated)]
    impl ShareCancelRequest {
        /// Sets [`share_code`](Self::share_code).
        #[must_use]
        pub fn with_share_code(mut self, share_code: crate::types::ShareCode) -> Self {
            self.share_code = Some(share_code.into());
            self
        }
        /// Sets [`change_type`](Self::change_type).
        #[must_use]
        pub fn with_change_type(
            mut self,
            change_type: impl ::std::convert::Into<crate::types::ShareCancelType>,
        ) -> Self {
            self.change_type = Some(change_type.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(ShareResult { status : present });
    #[allow(deprecated)]
    impl crate::drift::Drift for ShareResult {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.status {
                if !value.is_known() {
                    report("status");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ShareRuleList { customer_product_share_rules : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ShareRuleList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.customer_product_share_rules {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ShareRule { product_code : present, share_type : present, share_count : present }
    );
    impl crate::drift::Drift for ShareRule {}
    crate::wire::redact::redacting_debug!(SubscriptionList { subscriptions : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for SubscriptionList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.subscriptions {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Subscription { product : present, stopped : present, start_time : present,
        end_time : present, paid : present, price_details : nested, shareable : present,
        sharable : present, share_type : present, sales_person : present,
        distribution_level : present, product_delivery_plan_id : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Subscription {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.price_details {
                value.unknown_values(report);
            }
            if let Some(value) = &self.share_type {
                if !value.is_known() {
                    report("shareType");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        SubscriptionPriceDetails { coupon_code : present, coupon_number : present,
        discountfromfullsm : present, promotion : present, promotion_category : present,
        category_type : present }
    );
    impl crate::drift::Drift for SubscriptionPriceDetails {}
    crate::wire::redact::redacting_debug!(
        SubscriptionRequest { company_code : present, product : present, start_time :
        present, end_time : present, copies : present, coupon_code : present,
        coupon_number : present, customer_reference : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for SubscriptionRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "companyCode",
                    self.company_code.as_ref(),
                    &validate::length(0, 12),
                );
            checks.text("product", self.product.as_ref(), &limits::PRODUCT_CODE);
            checks.text("copies", self.copies.as_ref(), &validate::length(0, 10));
            checks
                .text("couponCode", self.coupon_code.as_ref(), &validate::length(0, 12));
            checks
                .text(
                    "customerReference",
                    self.customer_reference.as_ref(),
                    &validate::length(0, 255),
                );
        }
    }
    #[allow(deprecated)]
    impl SubscriptionRequest {
        /// Sets [`company_code`](Self::company_code).
        #[must_use]
        pub fn with_company_code(
            mut self,
            company_code: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.company_code = Some(company_code.into());
            self
        }
        /// Sets [`product`](Self::product).
        #[must_use]
        pub fn with_product(mut self, product: crate::wire::ProductCode) -> Self {
            self.product = Some(product.into());
            self
        }
        /// Sets [`start_time`](Self::start_time).
        #[must_use]
        pub fn with_start_time(
            mut self,
            start_time: impl ::std::convert::Into<crate::wire::EpochMillis>,
        ) -> Self {
            self.start_time = Some(start_time.into());
            self
        }
        /// Sets [`end_time`](Self::end_time).
        #[must_use]
        pub fn with_end_time(
            mut self,
            end_time: impl ::std::convert::Into<crate::wire::EpochMillis>,
        ) -> Self {
            self.end_time = Some(end_time.into());
            self
        }
        /// Sets [`copies`](Self::copies).
        #[must_use]
        pub fn with_copies(
            mut self,
            copies: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.copies = Some(copies.into());
            self
        }
        /// Sets [`coupon_code`](Self::coupon_code).
        #[must_use]
        pub fn with_coupon_code(
            mut self,
            coupon_code: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.coupon_code = Some(coupon_code.into());
            self
        }
        /// Sets [`coupon_number`](Self::coupon_number).
        #[must_use]
        pub fn with_coupon_number(
            mut self,
            coupon_number: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.coupon_number = Some(coupon_number.into());
            self
        }
        /// Sets [`customer_reference`](Self::customer_reference).
        #[must_use]
        pub fn with_customer_reference(
            mut self,
            customer_reference: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.customer_reference = Some(customer_reference.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(SubscriptionStart { status : present });
    impl crate::drift::Drift for SubscriptionStart {}
    crate::wire::redact::redacting_debug!(
        RecruitmentRequest { product : present, campaign : present, recruiter : present,
        recruitment_premium_preferences : present, recruitments : list }
    );
    #[allow(deprecated)]
    impl validate::Validate for RecruitmentRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("product", self.product.is_some());
            checks.text("product", self.product.as_ref(), &limits::PRODUCT_CODE);
            checks.required("campaign", self.campaign.is_some());
            checks.text("campaign", self.campaign.as_ref(), &validate::length(1, 12));
            checks.required("recruiter", self.recruiter.is_some());
            checks
                .items(
                    "recruitmentPremiumPreferences",
                    self.recruitment_premium_preferences.as_deref().unwrap_or_default(),
                    None,
                    |_, _, _| {},
                );
            checks.items("recruitments", &self.recruitments, None, |_, _, _| {});
        }
    }
    #[allow(deprecated)]
    impl RecruitmentRequest {
        /// Sets [`product`](Self::product).
        #[must_use]
        pub fn with_product(mut self, product: crate::wire::ProductCode) -> Self {
            self.product = Some(product.into());
            self
        }
        /// Sets [`campaign`](Self::campaign).
        #[must_use]
        pub fn with_campaign(
            mut self,
            campaign: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.campaign = Some(campaign.into());
            self
        }
        /// Sets [`recruiter`](Self::recruiter).
        #[must_use]
        pub fn with_recruiter(
            mut self,
            recruiter: impl ::std::convert::Into<crate::wire::Map<::serde_json::Value>>,
        ) -> Self {
            self.recruiter = Some(recruiter.into());
            self
        }
        /// Sets [`recruitment_premium_preferences`](Self::recruitment_premium_preferences).
        #[must_use]
        pub fn with_recruitment_premium_preferences(
            mut self,
            recruitment_premium_preferences: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::wire::Map<::serde_json::Value>>,
            >,
        ) -> Self {
            self.recruitment_premium_preferences = Some(
                recruitment_premium_preferences
                    .into_iter()
                    .map(::std::convert::Into::into)
                    .collect(),
            );
            self
        }
        /// Sets [`recruitments`](Self::recruitments).
        #[must_use]
        pub fn with_recruitments(
            mut self,
            recruitments: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::wire::Map<::serde_json::Value>>,
            >,
        ) -> Self {
            self.recruitments = recruitments
                .into_iter()
                .map(::std::convert::Into::into)
                .collect();
            self
        }
    }
    crate::wire::redact::redacting_debug!(RecruitmentStatus { status : present });
    impl crate::drift::Drift for RecruitmentStatus {}
    crate::wire::redact::redacting_debug!(
        AccessRequest { product : present, article_id : present, domain : present, ip :
        present, category_type : present, access_azure_ad : present, access_aid_family :
        present, access_domain : present, access_article : present, unique_id : present,
        customer_number : present, credential : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for AccessRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("product", self.product.as_ref(), &limits::PRODUCT_CODE);
            checks
                .text("articleId", self.article_id.as_ref(), &validate::length(0, 255));
            checks.text("domain", self.domain.as_ref(), &validate::length(0, 255));
            checks.text("ip", self.ip.as_ref(), &validate::length(0, 45));
            checks
                .text(
                    "categoryType",
                    self.category_type.as_ref(),
                    &validate::length(0, 255),
                );
            checks.text("uniqueId", self.unique_id.as_ref(), &validate::length(0, 255));
            checks
                .text("credential", self.credential.as_ref(), &validate::length(0, 255));
            if !((self
                .ip
                .as_ref()
                .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace)))
                || (self
                    .unique_id
                    .as_ref()
                    .is_some_and(|text| !text.as_str().chars().all(char::is_whitespace)))
                || (self
                    .credential
                    .as_ref()
                    .is_some_and(|text| {
                        !text.as_str().chars().all(char::is_whitespace)
                    })))
            {
                let rule = crate::validate::Rule::Combination(
                    "at least one of these alternatives: ip; or uniqueId; or credential",
                );
                checks
                    .report(
                        crate::validate::Violation::new(
                            "",
                            rule,
                            crate::validate::Found::Nothing,
                        ),
                    );
            }
        }
    }
    #[allow(deprecated)]
    impl AccessRequest {
        /// Sets [`product`](Self::product).
        #[must_use]
        pub fn with_product(mut self, product: crate::wire::ProductCode) -> Self {
            self.product = Some(product.into());
            self
        }
        /// Sets [`article_id`](Self::article_id).
        #[must_use]
        pub fn with_article_id(
            mut self,
            article_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.article_id = Some(article_id.into());
            self
        }
        /// Sets [`domain`](Self::domain).
        #[must_use]
        pub fn with_domain(
            mut self,
            domain: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.domain = Some(domain.into());
            self
        }
        /// Sets [`ip`](Self::ip).
        #[must_use]
        pub fn with_ip(
            mut self,
            ip: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.ip = Some(ip.into());
            self
        }
        /// Sets [`category_type`](Self::category_type).
        #[must_use]
        pub fn with_category_type(
            mut self,
            category_type: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.category_type = Some(category_type.into());
            self
        }
        /// Sets [`access_azure_ad`](Self::access_azure_ad).
        #[must_use]
        pub fn with_access_azure_ad(
            mut self,
            access_azure_ad: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.access_azure_ad = Some(access_azure_ad.into());
            self
        }
        /// Sets [`access_aid_family`](Self::access_aid_family).
        #[must_use]
        pub fn with_access_aid_family(
            mut self,
            access_aid_family: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.access_aid_family = Some(access_aid_family.into());
            self
        }
        /// Sets [`access_domain`](Self::access_domain).
        #[must_use]
        pub fn with_access_domain(
            mut self,
            access_domain: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.access_domain = Some(access_domain.into());
            self
        }
        /// Sets [`access_article`](Self::access_article).
        #[must_use]
        pub fn with_access_article(
            mut self,
            access_article: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.access_article = Some(access_article.into());
            self
        }
        /// Sets [`unique_id`](Self::unique_id).
        #[must_use]
        pub fn with_unique_id(
            mut self,
            unique_id: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.unique_id = Some(unique_id.into());
            self
        }
        /// Sets [`customer_number`](Self::customer_number).
        #[must_use]
        pub fn with_customer_number(
            mut self,
            customer_number: crate::wire::CustomerNumber,
        ) -> Self {
            self.customer_number = Some(customer_number.into());
            self
        }
        /// Sets [`credential`](Self::credential).
        #[must_use]
        pub fn with_credential(
            mut self,
            credential: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.credential = Some(credential.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        AccessResult { access : present, accesses : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for AccessResult {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.accesses {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        GrantedAccess { access : present, access_level : present, access_type : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for GrantedAccess {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.access_level {
                if !value.is_known() {
                    report("accessLevel");
                }
            }
            if let Some(value) = &self.access_type {
                if !value.is_known() {
                    report("accessType");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        UserProfile { unique_id : present, login_credential : nested, user_credentials :
        nested, name : nested, phone_numbers : nested, emails : list, external_sources :
        list }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for UserProfile {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.login_credential {
                value.unknown_values(report);
            }
            for value in &self.user_credentials {
                value.unknown_values(report);
            }
            if let Some(value) = &self.name {
                value.unknown_values(report);
            }
            for value in &self.phone_numbers {
                value.unknown_values(report);
            }
            for value in &self.external_sources {
                if !value.is_known() {
                    report("externalSources");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        UserCredential { credential : present, credential_type : present,
        verification_level : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for UserCredential {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.credential_type {
                if !value.is_known() {
                    report("credentialType");
                }
            }
            if let Some(value) = &self.verification_level {
                if !value.is_known() {
                    report("verificationLevel");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ExternalProfileList { external_profile_list : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ExternalProfileList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.external_profile_list {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ExternalProfile { source : present, info : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ExternalProfile {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.source {
                if !value.is_known() {
                    report("source");
                }
            }
            if let Some(value) = &self.info {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ExternalProfileInfo { birth_date : present, name : nested, phone_numbers : list,
        emails : list, addresses : nested }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ExternalProfileInfo {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.name {
                value.unknown_values(report);
            }
            for value in &self.addresses {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ExternalAddress { address_type : present, street_address : present, postal_code :
        present, postal_place : present, country_code : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for ExternalAddress {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.address_type {
                if !value.is_known() {
                    report("addressType");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ExternalIdentityRequest { external_id : present, credential_type : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ExternalIdentityRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("externalId", self.external_id.is_some());
            checks
                .text(
                    "externalId",
                    self.external_id.as_ref(),
                    &limits::EXTERNAL_IDENTITY_ID,
                );
            checks
                .text(
                    "credentialType",
                    self.credential_type.as_ref(),
                    &limits::EXTERNAL_CREDENTIAL_TYPE,
                );
        }
    }
    #[allow(deprecated)]
    impl ExternalIdentityRequest {
        /// Sets [`external_id`](Self::external_id).
        #[must_use]
        pub fn with_external_id(
            mut self,
            external_id: crate::types::ExternalIdentityId,
        ) -> Self {
            self.external_id = Some(external_id.into());
            self
        }
        /// Sets [`credential_type`](Self::credential_type).
        #[must_use]
        pub fn with_credential_type(
            mut self,
            credential_type: crate::types::ExternalCredentialType,
        ) -> Self {
            self.credential_type = Some(credential_type.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ExternalIdentityLinkRequest { external_id : present, credential_type : present,
        customer_number : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for ExternalIdentityLinkRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("externalId", self.external_id.is_some());
            checks
                .text(
                    "externalId",
                    self.external_id.as_ref(),
                    &limits::EXTERNAL_IDENTITY_ID,
                );
            checks
                .text(
                    "credentialType",
                    self.credential_type.as_ref(),
                    &limits::EXTERNAL_CREDENTIAL_TYPE,
                );
            checks.required("customerNumber", self.customer_number.is_some());
        }
    }
    #[allow(deprecated)]
    impl ExternalIdentityLinkRequest {
        /// Sets [`external_id`](Self::external_id).
        #[must_use]
        pub fn with_external_id(
            mut self,
            external_id: crate::types::ExternalIdentityId,
        ) -> Self {
            self.external_id = Some(external_id.into());
            self
        }
        /// Sets [`credential_type`](Self::credential_type).
        #[must_use]
        pub fn with_credential_type(
            mut self,
            credential_type: crate::types::ExternalCredentialType,
        ) -> Self {
            self.credential_type = Some(credential_type.into());
            self
        }
        /// Sets [`customer_number`](Self::customer_number).
        #[must_use]
        pub fn with_customer_number(
            mut self,
            customer_number: crate::wire::CustomerNumber,
        ) -> Self {
            self.customer_number = Some(customer_number.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ExternalIdentity { credential : present, external_id : present, credential_type :
        present, can_login : present, unique_id : present, enabled : present, new_user :
        present, extid_code : present, customer_number : present }
    );
    impl crate::drift::Drift for ExternalIdentity {}
    crate::wire::redact::redacting_debug!(
        MessageRequest { product : present, case_type : present, message_subject :
        present, message_content : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for MessageRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.required("product", self.product.is_some());
            checks.text("product", self.product.as_ref(), &limits::PRODUCT_CODE);
            checks
                .known(
                    "caseType",
                    (self.case_type.as_ref()).map(|value| value.is_known()),
                );
            checks
                .text(
                    "messageSubject",
                    self.message_subject.as_ref(),
                    &validate::length(0, 40),
                );
            checks.required("messageContent", self.message_content.is_some());
            checks
                .text(
                    "messageContent",
                    self.message_content.as_ref(),
                    &validate::length(0, 32000),
                );
        }
    }
    #[allow(deprecated)]
    impl MessageRequest {
        /// Sets [`product`](Self::product).
        #[must_use]
        pub fn with_product(mut self, product: crate::wire::ProductCode) -> Self {
            self.product = Some(product.into());
            self
        }
        /// Sets [`case_type`](Self::case_type).
        #[must_use]
        pub fn with_case_type(
            mut self,
            case_type: impl ::std::convert::Into<crate::types::MessageCaseType>,
        ) -> Self {
            self.case_type = Some(case_type.into());
            self
        }
        /// Sets [`message_subject`](Self::message_subject).
        #[must_use]
        pub fn with_message_subject(
            mut self,
            message_subject: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.message_subject = Some(message_subject.into());
            self
        }
        /// Sets [`message_content`](Self::message_content).
        #[must_use]
        pub fn with_message_content(
            mut self,
            message_content: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.message_content = Some(message_content.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(MessageList { messages : nested });
    #[allow(deprecated)]
    impl crate::drift::Drift for MessageList {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            for value in &self.messages {
                value.unknown_values(report);
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        Message { id : present, date : present, direction : present, message_subject :
        present, message_content : present }
    );
    #[allow(deprecated)]
    impl crate::drift::Drift for Message {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.direction {
                if !value.is_known() {
                    report("direction");
                }
            }
        }
    }
    crate::wire::redact::redacting_debug!(StockChangeRequest { updates : list });
    #[allow(deprecated)]
    impl validate::Validate for StockChangeRequest {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.items("updates", &self.updates, None, |_, _, _| {});
        }
    }
    #[allow(deprecated)]
    impl StockChangeRequest {
        /// Sets [`updates`](Self::updates).
        #[must_use]
        pub fn with_updates(
            mut self,
            updates: impl ::std::iter::IntoIterator<
                Item = impl ::std::convert::Into<crate::wire::Map<::serde_json::Value>>,
            >,
        ) -> Self {
            self.updates = updates.into_iter().map(::std::convert::Into::into).collect();
            self
        }
    }
    crate::wire::redact::redacting_debug!(StockChange { status : present });
    impl crate::drift::Drift for StockChange {}
    crate::wire::redact::redacting_debug!(
        ErrorBody { exception_type : present, error_message : present, error : present,
        error_description : present, description : present }
    );
    impl crate::drift::Drift for ErrorBody {}
    crate::wire::redact::redacting_debug!(
        PaymentTransaction { success : present, transaction_id : present }
    );
    impl crate::drift::Drift for PaymentTransaction {}
    crate::wire::redact::redacting_debug!(
        Name { first_name : present, middle_name : present, last_name : present,
        company_name : present, department_name : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for Name {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("firstName", self.first_name.as_ref(), &validate::length(0, 30));
            checks
                .text("middleName", self.middle_name.as_ref(), &validate::length(0, 30));
            checks.text("lastName", self.last_name.as_ref(), &validate::length(0, 30));
            checks
                .text(
                    "companyName",
                    self.company_name.as_ref(),
                    &validate::length(0, 40),
                );
            checks
                .text(
                    "departmentName",
                    self.department_name.as_ref(),
                    &validate::length(0, 40),
                );
        }
    }
    #[allow(deprecated)]
    impl Name {
        /// Sets [`first_name`](Self::first_name).
        #[must_use]
        pub fn with_first_name(
            mut self,
            first_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.first_name = Some(first_name.into());
            self
        }
        /// Sets [`middle_name`](Self::middle_name).
        #[must_use]
        pub fn with_middle_name(
            mut self,
            middle_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.middle_name = Some(middle_name.into());
            self
        }
        /// Sets [`last_name`](Self::last_name).
        #[must_use]
        pub fn with_last_name(
            mut self,
            last_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.last_name = Some(last_name.into());
            self
        }
        /// Sets [`company_name`](Self::company_name).
        #[must_use]
        pub fn with_company_name(
            mut self,
            company_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.company_name = Some(company_name.into());
            self
        }
        /// Sets [`department_name`](Self::department_name).
        #[must_use]
        pub fn with_department_name(
            mut self,
            department_name: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.department_name = Some(department_name.into());
            self
        }
    }
    impl crate::drift::Drift for Name {}
    crate::wire::redact::redacting_debug!(
        CustomerPhoneNumber { phone_number : present, phone_number_type : present }
    );
    #[allow(deprecated)]
    impl validate::Validate for CustomerPhoneNumber {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text("phoneNumber", self.phone_number.as_ref(), &limits::PHONE_NUMBER);
            checks
                .known(
                    "phoneNumberType",
                    (self.phone_number_type.as_ref()).map(|value| value.is_known()),
                );
        }
    }
    #[allow(deprecated)]
    impl CustomerPhoneNumber {
        /// Sets [`phone_number`](Self::phone_number).
        #[must_use]
        pub fn with_phone_number(
            mut self,
            phone_number: crate::wire::PhoneNumber,
        ) -> Self {
            self.phone_number = Some(phone_number.into());
            self
        }
        /// Sets [`phone_number_type`](Self::phone_number_type).
        #[must_use]
        pub fn with_phone_number_type(
            mut self,
            phone_number_type: impl ::std::convert::Into<crate::types::PhoneNumberType>,
        ) -> Self {
            self.phone_number_type = Some(phone_number_type.into());
            self
        }
    }
    #[allow(deprecated)]
    impl crate::drift::Drift for CustomerPhoneNumber {
        #[inline]
        fn unknown_values(&self, report: &mut dyn FnMut(&'static str)) {
            if let Some(value) = &self.phone_number_type {
                if !value.is_known() {
                    report("phoneNumberType");
                }
            }
        }
    }
    /// The wire names of all fields of all models, sorted.
    pub const WIRE_NAMES: &[&str] = &[
        "access",
        "accessAidFamily",
        "accessArticle",
        "accessAzureAd",
        "accessDomain",
        "accessLevel",
        "accessType",
        "accesses",
        "action",
        "active",
        "activity",
        "address",
        "addressType",
        "addresses",
        "agreementRef",
        "allowAccessProduct",
        "allowAccessSeconds",
        "amount",
        "articleId",
        "attachedUsers",
        "birthDate",
        "callbackUrl",
        "campaign",
        "canLogin",
        "cardNumberMasked",
        "cardTypeName",
        "careOfAddress",
        "caseType",
        "categoryType",
        "changeType",
        "changedAfter",
        "channels",
        "childEvents",
        "clientInvoiceInfoList",
        "coAddress",
        "companyCode",
        "companyName",
        "companyRegistrationNumber",
        "complaintAction",
        "complaintActions",
        "complaints",
        "consentEventId",
        "consentGroupId",
        "consentId",
        "consentScope",
        "consentTarget",
        "consentTextHistoryId",
        "consentTextId",
        "consents",
        "contact",
        "contactType",
        "copies",
        "countryCode",
        "couponCode",
        "couponNumber",
        "couponPrice",
        "coupons",
        "createPostDistribution",
        "created",
        "credential",
        "credentialType",
        "credentials",
        "currency",
        "customerNumber",
        "customerProductShareRules",
        "customerReference",
        "customers",
        "data",
        "date",
        "deliveredIssues",
        "deliveryStatus",
        "deliveryStop",
        "deliveryStopChannel",
        "deliveryStopReason",
        "deliveryStops",
        "department",
        "departmentName",
        "desc",
        "description",
        "digital",
        "direction",
        "discountfromfullsm",
        "displayMode",
        "distAmount",
        "distAmountvat",
        "distributedDate",
        "distributionDate",
        "distributionLevel",
        "distributionPlannedDate",
        "domain",
        "dueDate",
        "email",
        "emails",
        "enabled",
        "endTime",
        "enrolled",
        "entrance",
        "error",
        "errorMessage",
        "errorUrl",
        "error_description",
        "eventTime",
        "events",
        "exceptionType",
        "expMonth",
        "expYear",
        "expirationMonth",
        "expirationYear",
        "externalId",
        "externalOrderId",
        "externalProfileList",
        "externalSources",
        "extidCode",
        "extraProducts",
        "firstName",
        "floor",
        "fromDate",
        "fromTime",
        "fulfillmentStatus",
        "id",
        "incltime",
        "includeTime",
        "info",
        "invoiceAmount",
        "invoiceDate",
        "invoiceEmailAddress",
        "invoiceHotelUrl",
        "invoiceId",
        "invoiceLineAmount",
        "invoiceLineInfo",
        "invoiceNumber",
        "invoiceOfferCount",
        "invoiceStatus",
        "invoiceTime",
        "invoiceVatAmount",
        "invoiceVatPercent",
        "invoices",
        "ip",
        "isActive",
        "isMobile",
        "isNewUser",
        "isPasswordSet",
        "isSendMessage",
        "issue",
        "issuer",
        "issues",
        "languageCode",
        "lastName",
        "linkLifetime",
        "loginCredential",
        "market",
        "marketing",
        "marketingCouponCode",
        "marketingCouponNumber",
        "maskedCardNumber",
        "merchantId",
        "messageContent",
        "messageSubject",
        "messages",
        "middleName",
        "name",
        "newUser",
        "onlyActive",
        "orderAmount",
        "orderDate",
        "orderId",
        "orderLines",
        "orderNumber",
        "orderStatus",
        "orderTime",
        "orders",
        "overrideClientId",
        "paid",
        "paidAmount",
        "parentConsentId",
        "payer",
        "payerCustomerNumber",
        "payerSameAsCustomer",
        "paymentChangeId",
        "paymentDate",
        "paymentInfo",
        "paymentMethod",
        "paymentMethodResponseItems",
        "paymentProviderId",
        "paymentRecurrenceTokens",
        "paymentStatus",
        "period",
        "periodLength",
        "periodType",
        "periodUnit",
        "permission",
        "phoneNumber",
        "phoneNumberType",
        "phoneNumbers",
        "postalAddress",
        "postalAddressPostalCode",
        "postalAddressPostalPlace",
        "postalCode",
        "postalPlace",
        "prepaid",
        "price",
        "priceDetails",
        "product",
        "productCode",
        "productDeliveryPlanId",
        "productId",
        "productName",
        "productSpecCode",
        "productSpecNo",
        "productSpecType",
        "productType",
        "products",
        "project",
        "promotion",
        "promotionCategory",
        "publicationDate",
        "purpose",
        "quantity",
        "receiptSend",
        "receiver",
        "recruiter",
        "recruitmentPremiumPreferences",
        "recruitments",
        "recurrenceToken",
        "recurring",
        "recurringAgreements",
        "reminderDate",
        "reminderNumber",
        "reminderType",
        "reminders",
        "renewal",
        "renewalPrice",
        "retailPrice",
        "returnUrl",
        "rewardId",
        "rewardPartnerId",
        "salesMethod",
        "salesPerson",
        "scope",
        "secure3d",
        "selectionOrder",
        "sendReceipt",
        "sex",
        "sharable",
        "shareCode",
        "shareCount",
        "shareType",
        "shareable",
        "source",
        "startInfo",
        "startTime",
        "status",
        "stopEndTime",
        "stopTime",
        "stopType",
        "stopped",
        "street",
        "streetAddress",
        "streetNumber",
        "subject",
        "subjectType",
        "subscriptionIssues",
        "subscriptions",
        "success",
        "suite",
        "target",
        "text",
        "textHistory",
        "textId",
        "texts",
        "ticket",
        "ticketMerchantId",
        "toDate",
        "tokenType",
        "transactionId",
        "type",
        "uniqueId",
        "uniqueUserId",
        "unitPrice",
        "updates",
        "userCredentials",
        "value",
        "vat",
        "vatAmount",
        "vatInclude",
        "vatPercent",
        "vatpercent",
        "verificationIdPresent",
        "verificationLevel",
        "voucherCode",
        "webOfferPrice",
        "weight",
    ];
    /// The wire names of the fields that are secret in at least one model, sorted.
    pub const SECRET_NAMES: &[&str] = &[
        "agreementRef",
        "extidCode",
        "invoiceHotelUrl",
        "merchantId",
        "paymentInfo",
        "paymentRecurrenceTokens",
        "recurrenceToken",
        "recurringAgreements",
        "shareCode",
        "ticket",
        "ticketMerchantId",
        "transactionId",
        "voucherCode",
    ];
    /// The members that occur only in an error body (`x-error-mark`).
    pub const ERROR_MARKS: &[&str] = &["exceptionType", "errorMessage", "error"];
    /// Returns the name of each model and its JSON Schema, as this client reads and writes the model.
    #[cfg(feature = "schemars")]
    #[must_use]
    pub fn json_schemas() -> ::std::vec::Vec<(&'static str, ::schemars::Schema)> {
        ::std::vec![
            ("CustomerInfo", ::schemars::schema_for!(CustomerInfo)), ("AttachedUser",
            ::schemars::schema_for!(AttachedUser)), ("Credential",
            ::schemars::schema_for!(Credential)), ("CustomerSearchRequest",
            ::schemars::schema_for!(CustomerSearchRequest)), ("CustomerSearchResponse",
            ::schemars::schema_for!(CustomerSearchResponse)), ("FoundCustomer",
            ::schemars::schema_for!(FoundCustomer)), ("FoundPhoneNumber",
            ::schemars::schema_for!(FoundPhoneNumber)), ("CustomerChangeRequest",
            ::schemars::schema_for!(CustomerChangeRequest)), ("CustomerChangeResponse",
            ::schemars::schema_for!(CustomerChangeResponse)),
            ("ExternalReferenceChangeRequest",
            ::schemars::schema_for!(ExternalReferenceChangeRequest)),
            ("ExternalReferenceResponse",
            ::schemars::schema_for!(ExternalReferenceResponse)), ("CouponPriceRequest",
            ::schemars::schema_for!(CouponPriceRequest)), ("CouponPrice",
            ::schemars::schema_for!(CouponPrice)), ("CouponList",
            ::schemars::schema_for!(CouponList)), ("Coupon",
            ::schemars::schema_for!(Coupon)), ("ExtraProduct",
            ::schemars::schema_for!(ExtraProduct)), ("CouponRenewal",
            ::schemars::schema_for!(CouponRenewal)), ("CouponMarketing",
            ::schemars::schema_for!(CouponMarketing)), ("FulfillmentRequest",
            ::schemars::schema_for!(FulfillmentRequest)), ("Fulfillment",
            ::schemars::schema_for!(Fulfillment)), ("OrderList",
            ::schemars::schema_for!(OrderList)), ("OrderStatus",
            ::schemars::schema_for!(OrderStatus)), ("OrderSearchRequest",
            ::schemars::schema_for!(OrderSearchRequest)), ("OrderDetailsList",
            ::schemars::schema_for!(OrderDetailsList)), ("OrderDetails",
            ::schemars::schema_for!(OrderDetails)), ("OrderLine",
            ::schemars::schema_for!(OrderLine)), ("PurchaseList",
            ::schemars::schema_for!(PurchaseList)), ("Purchase",
            ::schemars::schema_for!(Purchase)), ("OrderRequest",
            ::schemars::schema_for!(OrderRequest)), ("OrderLineRequest",
            ::schemars::schema_for!(OrderLineRequest)), ("OrderAddress",
            ::schemars::schema_for!(OrderAddress)), ("OrderPaymentInfo",
            ::schemars::schema_for!(OrderPaymentInfo)), ("RegisteredOrder",
            ::schemars::schema_for!(RegisteredOrder)), ("RewardCheckRequest",
            ::schemars::schema_for!(RewardCheckRequest)), ("Reward",
            ::schemars::schema_for!(Reward)), ("OrderUserRequest",
            ::schemars::schema_for!(OrderUserRequest)), ("OrderUser",
            ::schemars::schema_for!(OrderUser)), ("VoucherCouponList",
            ::schemars::schema_for!(VoucherCouponList)), ("VoucherCoupon",
            ::schemars::schema_for!(VoucherCoupon)), ("InvoiceList",
            ::schemars::schema_for!(InvoiceList)), ("Invoice",
            ::schemars::schema_for!(Invoice)), ("InvoiceLine",
            ::schemars::schema_for!(InvoiceLine)), ("InvoicesAndReminders",
            ::schemars::schema_for!(InvoicesAndReminders)), ("OwnInvoice",
            ::schemars::schema_for!(OwnInvoice)), ("InvoiceReminder",
            ::schemars::schema_for!(InvoiceReminder)), ("InvoiceAddress",
            ::schemars::schema_for!(InvoiceAddress)), ("KlarnaTokenRequest",
            ::schemars::schema_for!(KlarnaTokenRequest)), ("NexiSubscriptionRequest",
            ::schemars::schema_for!(NexiSubscriptionRequest)), ("PayExTokens",
            ::schemars::schema_for!(PayExTokens)), ("PayExToken",
            ::schemars::schema_for!(PayExToken)), ("PayExTokenRequest",
            ::schemars::schema_for!(PayExTokenRequest)), ("PaymentMethods",
            ::schemars::schema_for!(PaymentMethods)), ("PaymentMethod",
            ::schemars::schema_for!(PaymentMethod)), ("PaymentMethodRequest",
            ::schemars::schema_for!(PaymentMethodRequest)), ("PaymentMethodChange",
            ::schemars::schema_for!(PaymentMethodChange)), ("VippsAgreements",
            ::schemars::schema_for!(VippsAgreements)), ("VippsAgreement",
            ::schemars::schema_for!(VippsAgreement)), ("VippsAgreementRequest",
            ::schemars::schema_for!(VippsAgreementRequest)), ("PrivateDataRequest",
            ::schemars::schema_for!(PrivateDataRequest)), ("PrivateDataCase",
            ::schemars::schema_for!(PrivateDataCase)), ("ConsentEventHistory",
            ::schemars::schema_for!(ConsentEventHistory)), ("ConsentWithEvents",
            ::schemars::schema_for!(ConsentWithEvents)), ("ConsentEvent",
            ::schemars::schema_for!(ConsentEvent)), ("ConsentTexts",
            ::schemars::schema_for!(ConsentTexts)), ("ConsentWithTexts",
            ::schemars::schema_for!(ConsentWithTexts)), ("ConsentText",
            ::schemars::schema_for!(ConsentText)), ("ConsentTextHistory",
            ::schemars::schema_for!(ConsentTextHistory)), ("ConsentWithTextHistory",
            ::schemars::schema_for!(ConsentWithTextHistory)), ("ConsentTextVersions",
            ::schemars::schema_for!(ConsentTextVersions)), ("ConsentTextVersion",
            ::schemars::schema_for!(ConsentTextVersion)), ("ConsentList",
            ::schemars::schema_for!(ConsentList)), ("Consent",
            ::schemars::schema_for!(Consent)), ("ConsentDescription",
            ::schemars::schema_for!(ConsentDescription)), ("ConsentEventRequest",
            ::schemars::schema_for!(ConsentEventRequest)), ("RegisteredConsentEvent",
            ::schemars::schema_for!(RegisteredConsentEvent)), ("ChildConsentEvent",
            ::schemars::schema_for!(ChildConsentEvent)), ("ChannelPermissions",
            ::schemars::schema_for!(ChannelPermissions)), ("ChannelPermissionsRequest",
            ::schemars::schema_for!(ChannelPermissionsRequest)), ("ChannelPermission",
            ::schemars::schema_for!(ChannelPermission)), ("PrivacyPermissions",
            ::schemars::schema_for!(PrivacyPermissions)), ("PrivacyChangeRequest",
            ::schemars::schema_for!(PrivacyChangeRequest)), ("PrivacyPermission",
            ::schemars::schema_for!(PrivacyPermission)), ("ComplaintRequest",
            ::schemars::schema_for!(ComplaintRequest)), ("ComplaintList",
            ::schemars::schema_for!(ComplaintList)), ("DeliveryStopRequest",
            ::schemars::schema_for!(DeliveryStopRequest)), ("DeliveryStopList",
            ::schemars::schema_for!(DeliveryStopList)), ("DeliveryStop",
            ::schemars::schema_for!(DeliveryStop)), ("DistributedIssueList",
            ::schemars::schema_for!(DistributedIssueList)), ("DistributedIssue",
            ::schemars::schema_for!(DistributedIssue)), ("ProductIssueList",
            ::schemars::schema_for!(ProductIssueList)), ("ProductIssues",
            ::schemars::schema_for!(ProductIssues)), ("SubscriptionIssue",
            ::schemars::schema_for!(SubscriptionIssue)), ("ProductFilterRequest",
            ::schemars::schema_for!(ProductFilterRequest)), ("ProductList",
            ::schemars::schema_for!(ProductList)), ("Product",
            ::schemars::schema_for!(Product)), ("ShareInvitationRequest",
            ::schemars::schema_for!(ShareInvitationRequest)), ("ShareAcceptRequest",
            ::schemars::schema_for!(ShareAcceptRequest)), ("ShareDeclineRequest",
            ::schemars::schema_for!(ShareDeclineRequest)), ("ShareCancelRequest",
            ::schemars::schema_for!(ShareCancelRequest)), ("ShareResult",
            ::schemars::schema_for!(ShareResult)), ("ShareRuleList",
            ::schemars::schema_for!(ShareRuleList)), ("ShareRule",
            ::schemars::schema_for!(ShareRule)), ("SubscriptionList",
            ::schemars::schema_for!(SubscriptionList)), ("Subscription",
            ::schemars::schema_for!(Subscription)), ("SubscriptionPriceDetails",
            ::schemars::schema_for!(SubscriptionPriceDetails)), ("SubscriptionRequest",
            ::schemars::schema_for!(SubscriptionRequest)), ("SubscriptionStart",
            ::schemars::schema_for!(SubscriptionStart)), ("RecruitmentRequest",
            ::schemars::schema_for!(RecruitmentRequest)), ("RecruitmentStatus",
            ::schemars::schema_for!(RecruitmentStatus)), ("AccessRequest",
            ::schemars::schema_for!(AccessRequest)), ("AccessResult",
            ::schemars::schema_for!(AccessResult)), ("GrantedAccess",
            ::schemars::schema_for!(GrantedAccess)), ("UserProfile",
            ::schemars::schema_for!(UserProfile)), ("UserCredential",
            ::schemars::schema_for!(UserCredential)), ("ExternalProfileList",
            ::schemars::schema_for!(ExternalProfileList)), ("ExternalProfile",
            ::schemars::schema_for!(ExternalProfile)), ("ExternalProfileInfo",
            ::schemars::schema_for!(ExternalProfileInfo)), ("ExternalAddress",
            ::schemars::schema_for!(ExternalAddress)), ("ExternalIdentityRequest",
            ::schemars::schema_for!(ExternalIdentityRequest)),
            ("ExternalIdentityLinkRequest",
            ::schemars::schema_for!(ExternalIdentityLinkRequest)), ("ExternalIdentity",
            ::schemars::schema_for!(ExternalIdentity)), ("MessageRequest",
            ::schemars::schema_for!(MessageRequest)), ("MessageList",
            ::schemars::schema_for!(MessageList)), ("Message",
            ::schemars::schema_for!(Message)), ("StockChangeRequest",
            ::schemars::schema_for!(StockChangeRequest)), ("StockChange",
            ::schemars::schema_for!(StockChange)), ("ErrorBody",
            ::schemars::schema_for!(ErrorBody)), ("PaymentTransaction",
            ::schemars::schema_for!(PaymentTransaction)), ("Name",
            ::schemars::schema_for!(Name)), ("CustomerPhoneNumber",
            ::schemars::schema_for!(CustomerPhoneNumber))
        ]
    }
}
#[derive(Clone, Debug)]
/**Client for Connect customer API

Version: 1.0.0*/
pub struct Client {
    pub(crate) baseurl: ::std::sync::Arc<::reqwest::Url>,
    pub(crate) client: reqwest::Client,
}
impl Client {
    /// Creates a client for the base URL of a connection.
    pub fn of(connection: &crate::Connection) -> Self {
        Self {
            baseurl: connection.base_url.clone(),
            client: connection.http.clone(),
        }
    }
}
impl ClientInfo<()> for Client {
    fn api_version() -> &'static str {
        "1.0.0"
    }
    fn baseurl(&self) -> &str {
        self.baseurl.as_str()
    }
    fn client(&self) -> &reqwest::Client {
        &self.client
    }
    fn inner(&self) -> &() {
        &()
    }
}
impl ClientHooks<()> for &Client {}
#[allow(clippy::all)]
impl Client {
    /// Builds the request of [`GetCustomerInfo`](crate::operations::GetCustomerInfo) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_customer_info<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/customer/info/{}", encode_path(& customer_number.to_string())
            ),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`SearchCustomers`](crate::operations::SearchCustomers) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn search_customers<'a>(
        &'a self,
        body: &'a crate::types::CustomerSearchRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/customer/search"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`GetOwnCustomerInfo`](crate::operations::GetOwnCustomerInfo) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_own_customer_info<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/info"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of `ChangeOwnCustomerInfo` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn change_own_customer_info<'a>(
        &'a self,
        body: &'a crate::types::CustomerChangeRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/info"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`RemoveExternalReference`](crate::operations::RemoveExternalReference) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn remove_external_reference<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
        reference_code: &'a crate::types::ReferenceCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/customer/{}/external-reference/{}", encode_path(&
                customer_number.to_string()), encode_path(& reference_code.as_str())
            ),
        );
        Ok(self.client.delete(url).build()?)
    }
    /// Builds the request of [`ChangeExternalReference`](crate::operations::ChangeExternalReference) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn change_external_reference<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
        reference_code: &'a crate::types::ReferenceCode,
        body: &'a crate::types::ExternalReferenceChangeRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/customer/{}/external-reference/{}", encode_path(&
                customer_number.to_string()), encode_path(& reference_code.as_str())
            ),
        );
        Ok(self.client.patch(url).json(&body).build()?)
    }
    /// Builds the request of [`GetCouponPrice`](crate::operations::GetCouponPrice) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_coupon_price<'a>(
        &'a self,
        body: &'a crate::types::CouponPriceRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/coupon/price"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListCoupons`](crate::operations::ListCoupons) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_coupons<'a>(
        &'a self,
        product_code: &'a crate::wire::ProductCode,
        marketing: ::std::option::Option<bool>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/coupon/{}", encode_path(& product_code.as_str())),
        );
        Ok(
            self
                .client
                .get(url)
                .query(&progenitor_client::QueryParam::new("marketing", &marketing))
                .build()?,
        )
    }
    /// Builds the request of [`CompleteOrder`](crate::operations::CompleteOrder) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn complete_order<'a>(
        &'a self,
        body: &'a crate::types::FulfillmentRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/order/fulfillment"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListOwnOrders`](crate::operations::ListOwnOrders) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_own_orders<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/order/status"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`SearchOwnOrder`](crate::operations::SearchOwnOrder) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn search_own_order<'a>(
        &'a self,
        body: &'a crate::types::OrderSearchRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/order/status"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListOwnOrderHistory`](crate::operations::ListOwnOrderHistory) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_own_order_history<'a>(
        &'a self,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/order/product/history"),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`GetOrderStatus`](crate::operations::GetOrderStatus) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_order_status<'a>(
        &'a self,
        order_id: &'a str,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/order/status/{}", encode_path(& order_id.to_string())),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`RegisterOrder`](crate::operations::RegisterOrder) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn register_order<'a>(
        &'a self,
        body: &'a crate::types::OrderRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/order"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`RegisterOwnOrder`](crate::operations::RegisterOwnOrder) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn register_own_order<'a>(
        &'a self,
        body: &'a crate::types::OrderRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/order"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`CheckReward`](crate::operations::CheckReward) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn check_reward<'a>(
        &'a self,
        body: &'a crate::types::RewardCheckRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/reward/check"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`AssignUser`](crate::operations::AssignUser) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn assign_user<'a>(
        &'a self,
        order_id: i64,
        body: &'a crate::types::OrderUserRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/order/{}/user", encode_path(& order_id.to_string())),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListVoucherCoupons`](crate::operations::ListVoucherCoupons) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_voucher_coupons<'a>(
        &'a self,
        voucher_code: &'a crate::types::VoucherCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/voucher/coupons/{}", encode_path(& voucher_code.as_str())
            ),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ListInvoicesOfProduct`](crate::operations::ListInvoicesOfProduct) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_invoices_of_product<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
        product_code: &'a crate::wire::ProductCode,
        from: ::std::option::Option<&'a crate::wire::Date>,
        to: ::std::option::Option<&'a crate::wire::Date>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/customer/invoice/payment/{}/{}", encode_path(&
                customer_number.to_string()), encode_path(& product_code.as_str())
            ),
        );
        Ok(
            self
                .client
                .get(url)
                .query(&progenitor_client::QueryParam::new("from", &from))
                .query(&progenitor_client::QueryParam::new("to", &to))
                .build()?,
        )
    }
    /// Builds the request of [`ListOwnInvoicesOfProduct`](crate::operations::ListOwnInvoicesOfProduct) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_own_invoices_of_product<'a>(
        &'a self,
        product: &'a crate::wire::ProductCode,
        from: ::std::option::Option<&'a crate::wire::Date>,
        to: ::std::option::Option<&'a crate::wire::Date>,
        unpaid: ::std::option::Option<bool>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/invoice/payment/{}", encode_path(& product.as_str())),
        );
        Ok(
            self
                .client
                .get(url)
                .query(&progenitor_client::QueryParam::new("from", &from))
                .query(&progenitor_client::QueryParam::new("to", &to))
                .query(&progenitor_client::QueryParam::new("unpaid", &unpaid))
                .build()?,
        )
    }
    /// Builds the request of [`GetOwnInvoiceAddress`](crate::operations::GetOwnInvoiceAddress) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_own_invoice_address<'a>(
        &'a self,
        product: &'a crate::wire::ProductCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/invoiceaddress/{}", encode_path(& product.as_str())),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`AddKlarnaToken`](crate::operations::AddKlarnaToken) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn add_klarna_token<'a>(
        &'a self,
        body: &'a crate::types::KlarnaTokenRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/payment/klarna/token"),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of `AddNexiSubscription` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn add_nexi_subscription<'a>(
        &'a self,
        body: &'a crate::types::NexiSubscriptionRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/api/payment/nexi/subscription"),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListPayExTokens`](crate::operations::ListPayExTokens) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_pay_ex_tokens<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/api/payment/payex/token"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of `AddPayExToken` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn add_pay_ex_token<'a>(
        &'a self,
        body: &'a crate::types::PayExTokenRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/api/payment/payex/token"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of `ListPaymentMethods` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_payment_methods<'a>(
        &'a self,
        product_code: &'a crate::wire::ProductCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/product/payment/{}", encode_path(& product_code.as_str())),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ChangePaymentMethod`](crate::operations::ChangePaymentMethod) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn change_payment_method<'a>(
        &'a self,
        product_code: &'a crate::wire::ProductCode,
        body: &'a crate::types::PaymentMethodRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/product/payment/{}", encode_path(& product_code.as_str())),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListVippsAgreements`](crate::operations::ListVippsAgreements) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_vipps_agreements<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/payment/vipps/agreement"),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`AddVippsAgreement`](crate::operations::AddVippsAgreement) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn add_vipps_agreement<'a>(
        &'a self,
        body: &'a crate::types::VippsAgreementRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/payment/vipps/agreement"),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`RequestPrivateData`](crate::operations::RequestPrivateData) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn request_private_data<'a>(
        &'a self,
        body: &'a crate::types::PrivateDataRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/privacy/access"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListConsentEvents`](crate::operations::ListConsentEvents) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_consent_events<'a>(
        &'a self,
        issuer: &'a crate::types::ConsentIssuer,
        subject_type: &'a crate::types::ConsentSubjectType,
        subject: &'a crate::types::ConsentSubject,
        only_active: ::std::option::Option<bool>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/customer/privacy/consentEvent/history/{}/{}/{}",
                encode_path(& issuer.as_str()), encode_path(& subject_type.as_str()),
                encode_path(& subject.as_str())
            ),
        );
        Ok(
            self
                .client
                .get(url)
                .query(&progenitor_client::QueryParam::new("onlyActive", &only_active))
                .build()?,
        )
    }
    /// Builds the request of `ListConsentTexts` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_consent_texts<'a>(
        &'a self,
        issuer: &'a crate::types::ConsentIssuer,
        consent_group_id: ::std::option::Option<i64>,
        consent_id: ::std::option::Option<i64>,
        only_active: ::std::option::Option<bool>,
        scope: ::std::option::Option<&'a str>,
        target: ::std::option::Option<&'a str>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/customer/privacy/consent/text/{}", encode_path(& issuer
                .as_str())
            ),
        );
        Ok(
            self
                .client
                .get(url)
                .query(
                    &progenitor_client::QueryParam::new(
                        "consentGroupId",
                        &consent_group_id,
                    ),
                )
                .query(&progenitor_client::QueryParam::new("consentId", &consent_id))
                .query(&progenitor_client::QueryParam::new("onlyActive", &only_active))
                .query(&progenitor_client::QueryParam::new("scope", &scope))
                .query(&progenitor_client::QueryParam::new("target", &target))
                .build()?,
        )
    }
    /// Builds the request of [`ListConsentTextHistory`](crate::operations::ListConsentTextHistory) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_consent_text_history<'a>(
        &'a self,
        issuer: &'a crate::types::ConsentIssuer,
        consent_group_id: ::std::option::Option<i64>,
        consent_id: ::std::option::Option<i64>,
        only_active: ::std::option::Option<bool>,
        scope: ::std::option::Option<&'a str>,
        target: ::std::option::Option<&'a str>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/customer/privacy/consent/text/history/{}", encode_path(&
                issuer.as_str())
            ),
        );
        Ok(
            self
                .client
                .get(url)
                .query(
                    &progenitor_client::QueryParam::new(
                        "consentGroupId",
                        &consent_group_id,
                    ),
                )
                .query(&progenitor_client::QueryParam::new("consentId", &consent_id))
                .query(&progenitor_client::QueryParam::new("onlyActive", &only_active))
                .query(&progenitor_client::QueryParam::new("scope", &scope))
                .query(&progenitor_client::QueryParam::new("target", &target))
                .build()?,
        )
    }
    /// Builds the request of [`ListOwnConsents`](crate::operations::ListOwnConsents) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_own_consents<'a>(
        &'a self,
        issuer: &'a crate::types::ConsentIssuer,
        consent_group_id: ::std::option::Option<i64>,
        only_active: ::std::option::Option<bool>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/privacy/consents/{}", encode_path(& issuer.as_str())),
        );
        Ok(
            self
                .client
                .get(url)
                .query(
                    &progenitor_client::QueryParam::new(
                        "consentGroupId",
                        &consent_group_id,
                    ),
                )
                .query(&progenitor_client::QueryParam::new("onlyActive", &only_active))
                .build()?,
        )
    }
    /// Builds the request of [`RegisterConsentEvent`](crate::operations::RegisterConsentEvent) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn register_consent_event<'a>(
        &'a self,
        body: &'a crate::types::ConsentEventRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/customer/privacy/consentEvent"),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListGlobalPermissions`](crate::operations::ListGlobalPermissions) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_global_permissions<'a>(
        &'a self,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/pbm"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ListEnterprisePermissions`](crate::operations::ListEnterprisePermissions) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_enterprise_permissions<'a>(
        &'a self,
        enterprise_code: &'a crate::types::EnterpriseCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/pbm/{}", encode_path(& enterprise_code.as_str())),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of `ChangeEnterprisePermissions` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn change_enterprise_permissions<'a>(
        &'a self,
        enterprise_code: &'a crate::types::EnterpriseCode,
        body: &'a crate::types::ChannelPermissionsRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/pbm/{}", encode_path(& enterprise_code.as_str())),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of `ListOrderTypePermissions` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_order_type_permissions<'a>(
        &'a self,
        enterprise_code: &'a crate::types::EnterpriseCode,
        order_type: &'a crate::types::OrderType,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/customer/pbm/{}/{}", encode_path(& enterprise_code.as_str()),
                encode_path(& order_type.as_str())
            ),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of `ChangeOrderTypePermissions` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn change_order_type_permissions<'a>(
        &'a self,
        enterprise_code: &'a crate::types::EnterpriseCode,
        order_type: &'a crate::types::OrderType,
        body: &'a crate::types::ChannelPermissionsRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/customer/pbm/{}/{}", encode_path(& enterprise_code.as_str()),
                encode_path(& order_type.as_str())
            ),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListEnterprisePrivacy`](crate::operations::ListEnterprisePrivacy) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_enterprise_privacy<'a>(
        &'a self,
        enterprise_code: &'a crate::types::EnterpriseCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/privacy/{}", encode_path(& enterprise_code.as_str())),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ChangeEnterprisePrivacy`](crate::operations::ChangeEnterprisePrivacy) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn change_enterprise_privacy<'a>(
        &'a self,
        enterprise_code: &'a crate::types::EnterpriseCode,
        body: &'a crate::types::PrivacyChangeRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/privacy/{}", encode_path(& enterprise_code.as_str())),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of `ListOrderTypePrivacy` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_order_type_privacy<'a>(
        &'a self,
        enterprise_code: &'a crate::types::EnterpriseCode,
        order_type: &'a crate::types::OrderType,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/customer/privacy/{}/{}", encode_path(& enterprise_code.as_str()),
                encode_path(& order_type.as_str())
            ),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of `ChangeOrderTypePrivacy` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn change_order_type_privacy<'a>(
        &'a self,
        enterprise_code: &'a crate::types::EnterpriseCode,
        order_type: &'a crate::types::OrderType,
        body: &'a crate::types::PrivacyChangeRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/customer/privacy/{}/{}", encode_path(& enterprise_code.as_str()),
                encode_path(& order_type.as_str())
            ),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`RegisterComplaint`](crate::operations::RegisterComplaint) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn register_complaint<'a>(
        &'a self,
        body: &'a crate::types::ComplaintRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/product/delivery/complaint"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListComplaints`](crate::operations::ListComplaints) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_complaints<'a>(
        &'a self,
        product: &'a crate::wire::ProductCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/product/delivery/complaint/{}", encode_path(& product.as_str())
            ),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ListOwnDeliveryStops`](crate::operations::ListOwnDeliveryStops) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_own_delivery_stops<'a>(
        &'a self,
        product_code: &'a crate::wire::ProductCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/product/stop/delivery/{}", encode_path(& product_code.as_str())
            ),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`RegisterDeliveryStop`](crate::operations::RegisterDeliveryStop) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn register_delivery_stop<'a>(
        &'a self,
        body: &'a crate::types::DeliveryStopRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/product/stop/delivery"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`RemoveDeliveryStop`](crate::operations::RemoveDeliveryStop) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn remove_delivery_stop<'a>(
        &'a self,
        id: i64,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/product/stop/delivery/delete/{}", encode_path(& id.to_string())
            ),
        );
        Ok(self.client.post(url).build()?)
    }
    /// Builds the request of [`ListOwnDistributedIssues`](crate::operations::ListOwnDistributedIssues) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_own_distributed_issues<'a>(
        &'a self,
        product_code: &'a crate::wire::ProductCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/customer/issues/{}", encode_path(& product_code.as_str())),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ListIssuesOfProduct`](crate::operations::ListIssuesOfProduct) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_issues_of_product<'a>(
        &'a self,
        product_id: &'a crate::wire::ProductCode,
        from: ::std::option::Option<&'a crate::wire::Date>,
        to: ::std::option::Option<&'a crate::wire::Date>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/issues/{}", encode_path(& product_id.as_str())),
        );
        Ok(
            self
                .client
                .get(url)
                .query(&progenitor_client::QueryParam::new("from", &from))
                .query(&progenitor_client::QueryParam::new("to", &to))
                .build()?,
        )
    }
    /// Builds the request of [`ListProducts`](crate::operations::ListProducts) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_products<'a>(
        &'a self,
        product_id: ::std::option::Option<&'a crate::wire::ProductCode>,
        shop: ::std::option::Option<bool>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/product"));
        Ok(
            self
                .client
                .get(url)
                .query(&progenitor_client::QueryParam::new("productId", &product_id))
                .query(&progenitor_client::QueryParam::new("shop", &shop))
                .build()?,
        )
    }
    /// Builds the request of [`FilterProducts`](crate::operations::FilterProducts) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn filter_products<'a>(
        &'a self,
        shop: ::std::option::Option<bool>,
        body: &'a crate::types::ProductFilterRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/product"));
        Ok(
            self
                .client
                .post(url)
                .json(&body)
                .query(&progenitor_client::QueryParam::new("shop", &shop))
                .build()?,
        )
    }
    /// Builds the request of [`ListProductsOfType`](crate::operations::ListProductsOfType) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_products_of_type<'a>(
        &'a self,
        product_type: &'a str,
        product_id: ::std::option::Option<&'a crate::wire::ProductCode>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/product/{}", encode_path(& product_type.to_string())),
        );
        Ok(
            self
                .client
                .get(url)
                .query(&progenitor_client::QueryParam::new("productId", &product_id))
                .build()?,
        )
    }
    /// Builds the request of [`SendShareInvitation`](crate::operations::SendShareInvitation) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn send_share_invitation<'a>(
        &'a self,
        body: &'a crate::types::ShareInvitationRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/subscription/share/invitation"),
        );
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of `AcceptShareInvitation` without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn accept_share_invitation<'a>(
        &'a self,
        body: &'a crate::types::ShareAcceptRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/subscription/share/invitation"),
        );
        Ok(self.client.patch(url).json(&body).build()?)
    }
    /// Builds the request of [`DeclineShareInvitation`](crate::operations::DeclineShareInvitation) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn decline_share_invitation<'a>(
        &'a self,
        body: &'a crate::types::ShareDeclineRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!("/v1/client/subscription/share/invitation"),
        );
        Ok(self.client.patch(url).json(&body).build()?)
    }
    /// Builds the request of [`CancelSharing`](crate::operations::CancelSharing) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn cancel_sharing<'a>(
        &'a self,
        body: &'a crate::types::ShareCancelRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/subscription/share"));
        Ok(self.client.patch(url).json(&body).build()?)
    }
    /// Builds the request of [`ListShareRules`](crate::operations::ListShareRules) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_share_rules<'a>(
        &'a self,
        product_code: &'a crate::wire::ProductCode,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/customer/product/share/rule/{}", encode_path(& product_code
                .as_str())
            ),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ListOwnSubscriptions`](crate::operations::ListOwnSubscriptions) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_own_subscriptions<'a>(
        &'a self,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/subscription"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`StartSubscription`](crate::operations::StartSubscription) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn start_subscription<'a>(
        &'a self,
        body: &'a crate::types::SubscriptionRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/subscription"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListSubscriptions`](crate::operations::ListSubscriptions) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_subscriptions<'a>(
        &'a self,
        customer_number: &'a crate::wire::CustomerNumber,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(
            &self.baseurl,
            &format!(
                "/v1/client/subscription/{}", encode_path(& customer_number.to_string())
            ),
        );
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`RegisterRecruitment`](crate::operations::RegisterRecruitment) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn register_recruitment<'a>(
        &'a self,
        body: &'a crate::types::RecruitmentRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/recruitment"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`CheckOwnAccess`](crate::operations::CheckOwnAccess) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn check_own_access<'a>(
        &'a self,
        body: &'a crate::types::AccessRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/access"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`CheckAccess`](crate::operations::CheckAccess) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn check_access<'a>(
        &'a self,
        body: &'a crate::types::AccessRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/access"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`GetOwnMetadata`](crate::operations::GetOwnMetadata) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_own_metadata<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/metadata"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ReplaceOwnMetadata`](crate::operations::ReplaceOwnMetadata) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn replace_own_metadata<'a>(
        &'a self,
        body: &'a crate::wire::Map<::serde_json::Value>,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/metadata"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`RemoveOwnMetadata`](crate::operations::RemoveOwnMetadata) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn remove_own_metadata<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/metadata"));
        Ok(self.client.delete(url).build()?)
    }
    /// Builds the request of [`GetOwnProfile`](crate::operations::GetOwnProfile) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn get_own_profile<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/user/profile"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`ListOwnExternalProfiles`](crate::operations::ListOwnExternalProfiles) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_own_external_profiles<'a>(
        &'a self,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/user/profile/external"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`RegisterExternalIdentity`](crate::operations::RegisterExternalIdentity) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn register_external_identity<'a>(
        &'a self,
        body: &'a crate::types::ExternalIdentityRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/extid"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`LinkExternalIdentity`](crate::operations::LinkExternalIdentity) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn link_external_identity<'a>(
        &'a self,
        body: &'a crate::types::ExternalIdentityLinkRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/extid/customer"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ListOwnMessages`](crate::operations::ListOwnMessages) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn list_own_messages<'a>(&'a self) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/message"));
        Ok(self.client.get(url).build()?)
    }
    /// Builds the request of [`SendOwnMessage`](crate::operations::SendOwnMessage) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn send_own_message<'a>(
        &'a self,
        body: &'a crate::types::MessageRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/customer/message"));
        Ok(self.client.post(url).json(&body).build()?)
    }
    /// Builds the request of [`ChangeStocks`](crate::operations::ChangeStocks) without sending it.
    ///
    /// # Errors
    /// Returns an error if a value cannot be written into a request.
    #[inline]
    pub fn change_stocks<'a>(
        &'a self,
        body: &'a crate::types::StockChangeRequest,
    ) -> Result<::reqwest::Request, Error<()>> {
        let url = crate::url(&self.baseurl, &format!("/v1/client/stock/update"));
        Ok(self.client.post(url).json(&body).build()?)
    }
}
/// The models, generated from the contract.
///
/// Their `Debug` shows which fields are set, but no values. They are `#[non_exhaustive]` because upstream
/// adds fields. Create one with `Default`, then set its fields.
pub mod models {
    pub use super::types::{
        AccessLevel, AccessRequest, AccessResult, AccessType, AttachedUser,
        ChannelPermission, ChannelPermissions, ChannelPermissionsRequest,
        ChildConsentEvent, ComplaintList, ComplaintRequest, Consent, ConsentDescription,
        ConsentEvent, ConsentEventHistory, ConsentEventRequest, ConsentEventSubject,
        ConsentIssuer, ConsentList, ConsentSubject, ConsentSubjectType, ConsentText,
        ConsentTextHistory, ConsentTextVersion, ConsentTextVersions, ConsentTexts,
        ConsentWithEvents, ConsentWithTextHistory, ConsentWithTexts, Coupon, CouponList,
        CouponMarketing, CouponPrice, CouponPriceRequest, CouponRenewal, Credential,
        CredentialType, CustomerChangeRequest, CustomerChangeResponse, CustomerInfo,
        CustomerPhoneNumber, CustomerSearchRequest, CustomerSearchResponse, DeliveryStop,
        DeliveryStopList, DeliveryStopRequest, DeliveryStopType, DistributedIssue,
        DistributedIssueList, EnterpriseCode, ExternalAddress, ExternalAddressType,
        ExternalCredentialType, ExternalId, ExternalIdentity, ExternalIdentityId,
        ExternalIdentityLinkRequest, ExternalIdentityRequest, ExternalOrderId,
        ExternalProfile, ExternalProfileInfo, ExternalProfileList,
        ExternalReferenceChangeRequest, ExternalReferenceResponse, ExternalSource,
        ExtraProduct, FoundCustomer, FoundPhoneNumber, Fulfillment, FulfillmentRequest,
        FulfillmentStatus, GrantedAccess, Invoice, InvoiceAddress, InvoiceLine,
        InvoiceList, InvoiceReminder, InvoicesAndReminders, KlarnaTokenRequest, Message,
        MessageCaseType, MessageDirection, MessageList, MessageRequest, Name,
        NexiSubscriptionRequest, OrderAddress, OrderDetails, OrderDetailsList, OrderLine,
        OrderLineRequest, OrderList, OrderPaymentInfo, OrderPaymentMethod, OrderRequest,
        OrderSearchRequest, OrderStatus, OrderType, OrderUser, OrderUserRequest,
        OwnInvoice, PayExToken, PayExTokenRequest, PayExTokenType, PayExTokens,
        PaymentMethod, PaymentMethodChange, PaymentMethodRequest, PaymentMethods,
        PaymentTransaction, PermissionType, PhoneNumberType, PrivacyChangeRequest,
        PrivacyPermission, PrivacyPermissions, PrivateDataCase, PrivateDataRequest,
        Product, ProductFilterRequest, ProductIssueList, ProductIssues, ProductList,
        Purchase, PurchaseList, RecruitmentRequest, RecruitmentStatus, ReferenceCode,
        RegisteredConsentEvent, RegisteredOrder, Reward, RewardCheckRequest, RewardId,
        ShareAcceptRequest, ShareAcceptType, ShareCancelRequest, ShareCancelType,
        ShareCode, ShareContactType, ShareDeclineRequest, ShareDeclineType,
        ShareInvitationRequest, ShareResult, ShareRule, ShareRuleList, ShareStatus,
        StockChange, StockChangeRequest, Subscription, SubscriptionIssue,
        SubscriptionList, SubscriptionPriceDetails, SubscriptionRequest,
        SubscriptionShareType, SubscriptionStart, UserCredential, UserCredentialType,
        UserProfile, UserVerificationLevel, VerificationLevel, VippsAgreement,
        VippsAgreementRequest, VippsAgreements, VoucherCode, VoucherCoupon,
        VoucherCouponList,
    };
}
/// Calls a macro with the names of all models.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_model {
    ($call:ident) => {
        $call ! { CustomerInfo AttachedUser Credential CustomerSearchRequest
        CustomerSearchResponse FoundCustomer FoundPhoneNumber CustomerChangeRequest
        CustomerChangeResponse ExternalReferenceChangeRequest ExternalReferenceResponse
        CouponPriceRequest CouponPrice CouponList Coupon ExtraProduct CouponRenewal
        CouponMarketing FulfillmentRequest Fulfillment OrderList OrderStatus
        OrderSearchRequest OrderDetailsList OrderDetails OrderLine PurchaseList Purchase
        OrderRequest OrderLineRequest OrderAddress OrderPaymentInfo RegisteredOrder
        RewardCheckRequest Reward OrderUserRequest OrderUser VoucherCouponList
        VoucherCoupon InvoiceList Invoice InvoiceLine InvoicesAndReminders OwnInvoice
        InvoiceReminder InvoiceAddress KlarnaTokenRequest NexiSubscriptionRequest
        PayExTokens PayExToken PayExTokenRequest PaymentMethods PaymentMethod
        PaymentMethodRequest PaymentMethodChange VippsAgreements VippsAgreement
        VippsAgreementRequest PrivateDataRequest PrivateDataCase ConsentEventHistory
        ConsentWithEvents ConsentEvent ConsentTexts ConsentWithTexts ConsentText
        ConsentTextHistory ConsentWithTextHistory ConsentTextVersions ConsentTextVersion
        ConsentList Consent ConsentDescription ConsentEventRequest RegisteredConsentEvent
        ChildConsentEvent ChannelPermissions ChannelPermissionsRequest ChannelPermission
        PrivacyPermissions PrivacyChangeRequest PrivacyPermission ComplaintRequest
        ComplaintList DeliveryStopRequest DeliveryStopList DeliveryStop
        DistributedIssueList DistributedIssue ProductIssueList ProductIssues
        SubscriptionIssue ProductFilterRequest ProductList Product ShareInvitationRequest
        ShareAcceptRequest ShareDeclineRequest ShareCancelRequest ShareResult
        ShareRuleList ShareRule SubscriptionList Subscription SubscriptionPriceDetails
        SubscriptionRequest SubscriptionStart RecruitmentRequest RecruitmentStatus
        AccessRequest AccessResult GrantedAccess UserProfile UserCredential
        ExternalProfileList ExternalProfile ExternalProfileInfo ExternalAddress
        ExternalIdentityRequest ExternalIdentityLinkRequest ExternalIdentity
        MessageRequest MessageList Message StockChangeRequest StockChange ErrorBody
        PaymentTransaction Name CustomerPhoneNumber }
    };
}
#[cfg(feature = "unverified")]
/// Calls a macro with the names of all operations, each with its mode: `GetCustomerInfo(client)`.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_operation {
    ($call:ident) => {
        $call ! { GetCustomerInfo(client) SearchCustomers(client)
        GetOwnCustomerInfo(user) ChangeOwnCustomerInfo(user)
        ChangeExternalReference(client) RemoveExternalReference(client)
        GetCouponPrice(client) ListCoupons(client) CompleteOrder(client)
        ListOwnOrders(user) SearchOwnOrder(user) ListOwnOrderHistory(user)
        GetOrderStatus(client) RegisterOrder(client) RegisterOwnOrder(user)
        CheckReward(client) AssignUser(client) ListVoucherCoupons(client)
        ListInvoicesOfProduct(client) ListOwnInvoicesOfProduct(user)
        GetOwnInvoiceAddress(user) AddKlarnaToken(user) AddNexiSubscription(user)
        ListPayExTokens(user) AddPayExToken(user) ListPaymentMethods(user)
        ChangePaymentMethod(user) ListVippsAgreements(user) AddVippsAgreement(user)
        RequestPrivateData(user) ListConsentEvents(client) ListConsentTexts(client)
        ListConsentTextHistory(client) ListOwnConsents(user) RegisterConsentEvent(client)
        ListGlobalPermissions(user) ListEnterprisePermissions(user)
        ChangeEnterprisePermissions(user) ListOrderTypePermissions(user)
        ChangeOrderTypePermissions(user) ListEnterprisePrivacy(user)
        ChangeEnterprisePrivacy(user) ListOrderTypePrivacy(user)
        ChangeOrderTypePrivacy(user) RegisterComplaint(user) ListComplaints(user)
        ListOwnDeliveryStops(user) RegisterDeliveryStop(user) RemoveDeliveryStop(user)
        ListOwnDistributedIssues(user) ListIssuesOfProduct(client) ListProducts(client)
        FilterProducts(client) ListProductsOfType(client) SendShareInvitation(user)
        AcceptShareInvitation(user) DeclineShareInvitation(client) CancelSharing(user)
        ListShareRules(user) ListOwnSubscriptions(user) StartSubscription(user)
        ListSubscriptions(client) RegisterRecruitment(client) CheckOwnAccess(user)
        CheckAccess(client) GetOwnMetadata(user) ReplaceOwnMetadata(user)
        RemoveOwnMetadata(user) GetOwnProfile(user) ListOwnExternalProfiles(user)
        RegisterExternalIdentity(client) LinkExternalIdentity(client)
        ListOwnMessages(user) SendOwnMessage(user) ChangeStocks(client) }
    };
}
#[cfg(not(feature = "unverified"))]
/// Calls a macro with the names of all operations, each with its mode: `GetCustomerInfo(client)`.
#[doc(hidden)]
#[macro_export]
macro_rules! for_each_operation {
    ($call:ident) => {
        $call ! { GetCustomerInfo(client) SearchCustomers(client)
        GetOwnCustomerInfo(user) ChangeExternalReference(client)
        RemoveExternalReference(client) GetCouponPrice(client) ListCoupons(client)
        CompleteOrder(client) ListOwnOrders(user) SearchOwnOrder(user)
        ListOwnOrderHistory(user) GetOrderStatus(client) RegisterOrder(client)
        RegisterOwnOrder(user) CheckReward(client) AssignUser(client)
        ListVoucherCoupons(client) ListInvoicesOfProduct(client)
        ListOwnInvoicesOfProduct(user) GetOwnInvoiceAddress(user) AddKlarnaToken(user)
        ListPayExTokens(user) ChangePaymentMethod(user) ListVippsAgreements(user)
        AddVippsAgreement(user) RequestPrivateData(user) ListConsentEvents(client)
        ListConsentTextHistory(client) ListOwnConsents(user) RegisterConsentEvent(client)
        ListGlobalPermissions(user) ListEnterprisePermissions(user)
        ListEnterprisePrivacy(user) ChangeEnterprisePrivacy(user) RegisterComplaint(user)
        ListComplaints(user) ListOwnDeliveryStops(user) RegisterDeliveryStop(user)
        RemoveDeliveryStop(user) ListOwnDistributedIssues(user)
        ListIssuesOfProduct(client) ListProducts(client) FilterProducts(client)
        ListProductsOfType(client) SendShareInvitation(user)
        DeclineShareInvitation(client) CancelSharing(user) ListShareRules(user)
        ListOwnSubscriptions(user) StartSubscription(user) ListSubscriptions(client)
        RegisterRecruitment(client) CheckOwnAccess(user) CheckAccess(client)
        GetOwnMetadata(user) ReplaceOwnMetadata(user) RemoveOwnMetadata(user)
        GetOwnProfile(user) ListOwnExternalProfiles(user)
        RegisterExternalIdentity(client) LinkExternalIdentity(client)
        ListOwnMessages(user) SendOwnMessage(user) ChangeStocks(client) }
    };
}
/// The contract's limits on the named text types.
pub mod limits {
    use crate::validate;
    /// Of `ExternalOrderId`.
    pub const EXTERNAL_ORDER_ID: validate::Limits = validate::length(0, 40);
    /// Of `RewardId`.
    pub const REWARD_ID: validate::Limits = validate::length(1, 36);
    /// Of `ConsentIssuer`.
    pub const CONSENT_ISSUER: validate::Limits = validate::length(1, 255)
        .in_form(validate::Format::PathSegment);
    /// Of `ConsentSubject`.
    pub const CONSENT_SUBJECT: validate::Limits = validate::length(1, 255)
        .in_form(validate::Format::PathSegment);
    /// Of `ConsentEventSubject`.
    pub const CONSENT_EVENT_SUBJECT: validate::Limits = validate::length(1, 255);
    /// Of `ShareCode`.
    pub const SHARE_CODE: validate::Limits = validate::length(1, 255);
    /// Of `ExternalIdentityId`.
    pub const EXTERNAL_IDENTITY_ID: validate::Limits = validate::length(1, 255);
    /// Of `ExternalCredentialType`.
    pub const EXTERNAL_CREDENTIAL_TYPE: validate::Limits = validate::length(1, 40);
    /// Of `ProductCode`.
    pub const PRODUCT_CODE: validate::Limits = validate::length(1, 12)
        .in_form(validate::Format::PathSegment);
    /// Of `EnterpriseCode`.
    pub const ENTERPRISE_CODE: validate::Limits = validate::length(1, 12)
        .in_form(validate::Format::PathSegment);
    /// Of `OrderType`.
    pub const ORDER_TYPE: validate::Limits = validate::length(1, 255)
        .in_form(validate::Format::PathSegment);
    /// Of `VoucherCode`.
    pub const VOUCHER_CODE: validate::Limits = validate::length(1, 36)
        .in_form(validate::Format::PathSegment);
    /// Of `ExternalId`.
    pub const EXTERNAL_ID: validate::Limits = validate::length(1, 16);
    /// Of `ReferenceCode`.
    pub const REFERENCE_CODE: validate::Limits = validate::length(1, 255)
        .in_form(validate::Format::PathSegment);
    /// Of `PhoneNumber`.
    pub const PHONE_NUMBER: validate::Limits = validate::length(0, 20)
        .in_form(validate::Format::E164);
    /// Of `EmailAddress`.
    pub const EMAIL_ADDRESS: validate::Limits = validate::length(0, 255)
        .in_form(validate::Format::Email);
    /// Of `InvoiceEmailAddress`.
    pub const INVOICE_EMAIL_ADDRESS: validate::Limits = validate::length(0, 60)
        .in_form(validate::Format::Email);
    /// Of `PostalCode`.
    pub const POSTAL_CODE: validate::Limits = validate::length(1, 10);
    /// Of `CountryCode`.
    pub const COUNTRY_CODE: validate::Limits = validate::length(0, 3)
        .in_form(validate::Format::CountryCode);
}
/// The operations of the contract, as values. Their fields are the parameters and the body.
///
/// A client calls operations in client mode. A client acting for a user calls operations in user mode. The
/// other combinations do not compile.
#[allow(deprecated)]
pub mod operations {
    pub use crate::operation::{
        ClientOperation, Evidence, Location, Mode, Operation, OperationInfo,
        ParameterInfo, ResponseKind, Sensitivity, UserOperation, ValueKind,
    };
    #[allow(unused_imports)]
    use crate::{limits, validate};
    /// Look up a customer by number.
    ///
    /// Client mode: only the calling system is authenticated. Upstream responds with 404 to a number that no customer has.
    ///
    /// `GET /v1/client/customer/info/{customerNumber}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetCustomerInfo {
        /// The customer's number.
        pub customer_number: crate::wire::CustomerNumber,
    }
    impl GetCustomerInfo {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(customer_number: crate::wire::CustomerNumber) -> Self {
            Self { customer_number }
        }
    }
    crate::wire::redact::redacting_debug!(GetCustomerInfo { customer_number : hidden });
    impl validate::Validate for GetCustomerInfo {}
    impl crate::operation::ClientOperation for GetCustomerInfo {}
    impl crate::operation::Operation for GetCustomerInfo {
        type Output = crate::types::CustomerInfo;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getCustomerInfo",
            group: "Customer",
            accessor: "customers",
            name: "info",
            summary: "Look up a customer by number.",
            method: "GET",
            path: "/v1/client/customer/info/{customerNumber}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer's number.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
            ],
            body: None,
            statuses: &["200", "400", "401", "404", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"customerNumber\":563457}",
            response_example: "{\"customerNumber\":563457,\"name\":{\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\",\"companyName\":\"Company International Ltd\",\"departmentName\":\"Support\"},\"phoneNumbers\":[{\"phoneNumber\":\"+4712345678\",\"phoneNumberType\":\"personal\"},{\"phoneNumber\":\"+4723339100\",\"phoneNumberType\":\"company\"}],\"emails\":[\"ola.nordmann@hotmail.no\",\"ola.nordmann@company.com\"],\"invoiceEmailAddress\":\"ola.nordmann@hotmail.no\",\"attachedUsers\":[{\"uniqueId\":\"abc123ee63461dd\",\"credentials\":[{\"credential\":\"ola.nordmann@hotmail.no\",\"credentialType\":\"A_EMAIL_ADDRESS\",\"verificationLevel\":\"Externally_verified\"},{\"credential\":\"+4790123456\",\"credentialType\":\"B_SMS_PHONE\",\"verificationLevel\":\"Not verified\"}]}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.customer_number {
                if Some(&self.customer_number).is_some_and(|sent| found != sent) {
                    return Err(crate::operation::Doubt::Mismatch("customerNumber"));
                }
            }
            if !(output.customer_number.is_some()
                || output
                    .name
                    .as_ref()
                    .is_some_and(|found| *found != ::std::default::Default::default())
                || output
                    .phone_numbers
                    .iter()
                    .any(|item| {
                        item
                            .phone_number
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                            || item
                                .phone_number_type
                                .as_ref()
                                .is_some_and(|found| !found.as_str().is_empty())
                    }) || !output.emails.is_empty()
                || output
                    .invoice_email_address
                    .as_ref()
                    .is_some_and(|found| !found.as_str().is_empty())
                || output
                    .attached_users
                    .iter()
                    .any(|item| {
                        item
                            .unique_id
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                            || !item.credentials.is_empty()
                    }))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetCustomerInfo {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_customer_info(&self.customer_number)
        }
        crate::operation::span!(
            "getCustomerInfo", "GET", "/v1/client/customer/info/{customerNumber}"
        );
    }
    /// Find customers by name and address, by phone number or by e-mail address.
    ///
    /// Client mode. Returns at most five customers, and does not say whether more matched; no match is an empty list. A product code narrows the result.
    ///
    /// `POST /v1/client/customer/search`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct SearchCustomers {
        /// The body of the request.
        pub body: crate::types::CustomerSearchRequest,
    }
    impl SearchCustomers {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::CustomerSearchRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(SearchCustomers { body : nested });
    impl validate::Validate for SearchCustomers {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for SearchCustomers {}
    impl crate::operation::Operation for SearchCustomers {
        type Output = crate::types::CustomerSearchResponse;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "searchCustomers",
            group: "Customer",
            accessor: "customers",
            name: "search",
            summary: "Find customers by name and address, by phone number or by e-mail address.",
            method: "POST",
            path: "/v1/client/customer/search",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "productCode")
                        .description("The code of a product.")
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "companyName")
                        .description("Company name.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "departmentName")
                        .description("Department within the company.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "firstName")
                        .description("First name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "middleName")
                        .description("Middle name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "lastName")
                        .description("Last name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "careOfAddress")
                        .description("Care-of line of the address.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "streetAddress")
                        .description("Street name, without the number.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "streetNumber",
                        )
                        .description("Street number."),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "entrance")
                        .description("Entrance, often a letter.")
                        .length(None, Some(12u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "postalCode")
                        .description("A postal code, with its leading zeros.")
                        .length(Some(1u64), Some(10u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "postalPlace")
                        .description("Postal place.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "countryCode")
                        .description("A country code, such as NO or SE.")
                        .format("country-code")
                        .length(None, Some(3u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "phoneNumber")
                        .description("A phone number in E.164 form, with the plus sign.")
                        .format("e164")
                        .length(None, Some(20u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "email")
                        .description("An e-mail address.")
                        .format("email")
                        .length(None, Some(255u64)),
                ],
            ),
            statuses: &["200", "400", "401", "403", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["customers"],
            may_be_empty: false,
            request_example: "{\"body\":{\"productCode\":\"CO27409\",\"companyName\":\"Company International Ltd\",\"departmentName\":\"Support\",\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\",\"careOfAddress\":\"\",\"streetAddress\":\"Grubbegata\",\"streetNumber\":6,\"entrance\":\"A\",\"postalCode\":\"0179\",\"postalPlace\":\"Oslo\",\"countryCode\":\"NO\",\"phoneNumber\":\"+4712345678\",\"email\":\"ola.nordmann@company.com\"}}",
            response_example: "{\"customers\":[{\"customerNumber\":563457,\"companyName\":\"Company International Ltd\",\"departmentName\":\"Support\",\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\",\"streetAddress\":\"Grubbegata\",\"streetNumber\":6,\"postalCode\":\"0179\",\"postalPlace\":\"Oslo\",\"postalAddress\":\"Postboks 265 Økern\",\"postalAddressPostalCode\":\"0510\",\"postalAddressPostalPlace\":\"Oslo\",\"countryCode\":\"NO\",\"emails\":{\"email\":[\"ola.nordmann@company.com\",\"ola.nordmann@hotmail.no\"]},\"phoneNumbers\":[{\"phoneNumber\":\"+4712345678\",\"isMobile\":true},{\"phoneNumber\":\"+4723339100\",\"isMobile\":false}]}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .customers
                .iter()
                .all(|item| {
                    item.customer_number.is_some()
                        || item
                            .company_name
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .department_name
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .first_name
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .middle_name
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .last_name
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .street_address
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.street_number.is_some()
                        || item
                            .postal_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .postal_place
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .postal_address
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .postal_address_postal_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .postal_address_postal_place
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .country_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || !item.emails.is_empty() || !item.phone_numbers.is_empty()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.customers.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for SearchCustomers {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).search_customers(&self.body)
        }
        crate::operation::span!("searchCustomers", "POST", "/v1/client/customer/search");
    }
    /// Look up the logged-in customer.
    ///
    /// User mode. The user's token identifies the customer, so there is no parameter.
    ///
    /// `GET /v1/customer/info`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetOwnCustomerInfo {}
    impl GetOwnCustomerInfo {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(GetOwnCustomerInfo {});
    impl validate::Validate for GetOwnCustomerInfo {}
    impl crate::operation::UserOperation for GetOwnCustomerInfo {}
    impl crate::operation::Operation for GetOwnCustomerInfo {
        type Output = crate::types::CustomerInfo;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getOwnCustomerInfo",
            group: "Customer",
            accessor: "customers",
            name: "own_info",
            summary: "Look up the logged-in customer.",
            method: "GET",
            path: "/v1/customer/info",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"customerNumber\":563457,\"name\":{\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\",\"companyName\":\"Company International Ltd\",\"departmentName\":\"Support\"},\"phoneNumbers\":[{\"phoneNumber\":\"+4712345678\",\"phoneNumberType\":\"personal\"},{\"phoneNumber\":\"+4723339100\",\"phoneNumberType\":\"company\"}],\"emails\":[\"ola.nordmann@hotmail.no\",\"ola.nordmann@company.com\"],\"invoiceEmailAddress\":\"ola.nordmann@hotmail.no\",\"attachedUsers\":[{\"uniqueId\":\"abc123ee63461dd\",\"credentials\":[{\"credential\":\"ola.nordmann@hotmail.no\",\"credentialType\":\"A_EMAIL_ADDRESS\",\"verificationLevel\":\"Externally_verified\"},{\"credential\":\"+4790123456\",\"credentialType\":\"B_SMS_PHONE\",\"verificationLevel\":\"Not verified\"}]}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.customer_number.is_some()
                || output
                    .name
                    .as_ref()
                    .is_some_and(|found| *found != ::std::default::Default::default())
                || output
                    .phone_numbers
                    .iter()
                    .any(|item| {
                        item
                            .phone_number
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                            || item
                                .phone_number_type
                                .as_ref()
                                .is_some_and(|found| !found.as_str().is_empty())
                    }) || !output.emails.is_empty()
                || output
                    .invoice_email_address
                    .as_ref()
                    .is_some_and(|found| !found.as_str().is_empty())
                || output
                    .attached_users
                    .iter()
                    .any(|item| {
                        item
                            .unique_id
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                            || !item.credentials.is_empty()
                    }))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetOwnCustomerInfo {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_own_customer_info()
        }
        crate::operation::span!("getOwnCustomerInfo", "GET", "/v1/customer/info");
    }
    /// Change the id that a customer has in another system.
    ///
    /// Client mode. The reference code selects one of the customer's references. The external id is its new value.
    ///
    /// `PATCH /v1/client/customer/{customerNumber}/external-reference/{referenceCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ChangeExternalReference {
        /// The customer's number.
        pub customer_number: crate::wire::CustomerNumber,
        /// The code of the external reference.
        ///
        /// At most 255 characters.
        pub reference_code: crate::types::ReferenceCode,
        /// The body of the request.
        pub body: crate::types::ExternalReferenceChangeRequest,
    }
    impl ChangeExternalReference {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(
            customer_number: crate::wire::CustomerNumber,
            reference_code: crate::types::ReferenceCode,
            body: crate::types::ExternalReferenceChangeRequest,
        ) -> Self {
            Self {
                customer_number,
                reference_code,
                body,
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        ChangeExternalReference { customer_number : hidden, reference_code : hidden, body
        : nested }
    );
    impl validate::Validate for ChangeExternalReference {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "referenceCode",
                    Some(&self.reference_code),
                    &limits::REFERENCE_CODE,
                );
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for ChangeExternalReference {}
    impl crate::operation::Operation for ChangeExternalReference {
        type Output = crate::types::ExternalReferenceResponse;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "changeExternalReference",
            group: "External Reference",
            accessor: "external_references",
            name: "change",
            summary: "Change the id that a customer has in another system.",
            method: "PATCH",
            path: "/v1/client/customer/{customerNumber}/external-reference/{referenceCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer's number.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "referenceCode")
                    .description("The code of the external reference.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(255u64)),
            ],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "externalId")
                        .description("The id of a customer in another system.")
                        .required()
                        .length(Some(1u64), Some(16u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: true,
            request_example: "{\"customerNumber\":563457,\"referenceCode\":\"CRM\",\"body\":{\"externalId\":\"A-1024\"}}",
            response_example: "{\"success\":true}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            match output.success {
                Some(true) => {}
                Some(false) => return Err(crate::operation::Doubt::NotDone),
                None => return Err(crate::operation::Doubt::Nothing),
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ChangeExternalReference {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .change_external_reference(
                    &self.customer_number,
                    &self.reference_code,
                    &self.body,
                )
        }
        crate::operation::span!(
            "changeExternalReference", "PATCH",
            "/v1/client/customer/{customerNumber}/external-reference/{referenceCode}"
        );
    }
    /// Remove an external reference from a customer.
    ///
    /// Client mode. Upstream does not document its response when the reference does not exist.
    ///
    /// `DELETE /v1/client/customer/{customerNumber}/external-reference/{referenceCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RemoveExternalReference {
        /// The customer's number.
        pub customer_number: crate::wire::CustomerNumber,
        /// The code of the external reference.
        ///
        /// At most 255 characters.
        pub reference_code: crate::types::ReferenceCode,
    }
    impl RemoveExternalReference {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(
            customer_number: crate::wire::CustomerNumber,
            reference_code: crate::types::ReferenceCode,
        ) -> Self {
            Self {
                customer_number,
                reference_code,
            }
        }
    }
    crate::wire::redact::redacting_debug!(
        RemoveExternalReference { customer_number : hidden, reference_code : hidden }
    );
    impl validate::Validate for RemoveExternalReference {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "referenceCode",
                    Some(&self.reference_code),
                    &limits::REFERENCE_CODE,
                );
        }
    }
    impl crate::operation::ClientOperation for RemoveExternalReference {}
    impl crate::operation::Operation for RemoveExternalReference {
        type Output = crate::types::ExternalReferenceResponse;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "removeExternalReference",
            group: "External Reference",
            accessor: "external_references",
            name: "remove",
            summary: "Remove an external reference from a customer.",
            method: "DELETE",
            path: "/v1/client/customer/{customerNumber}/external-reference/{referenceCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer's number.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "referenceCode")
                    .description("The code of the external reference.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(255u64)),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: true,
            request_example: "{\"customerNumber\":563457,\"referenceCode\":\"CRM\"}",
            response_example: "{\"success\":true}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            match output.success {
                Some(true) => {}
                Some(false) => return Err(crate::operation::Doubt::NotDone),
                None => return Err(crate::operation::Doubt::Nothing),
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RemoveExternalReference {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .remove_external_reference(&self.customer_number, &self.reference_code)
        }
        crate::operation::span!(
            "removeExternalReference", "DELETE",
            "/v1/client/customer/{customerNumber}/external-reference/{referenceCode}"
        );
    }
    /// Look up the price that is registered on a coupon.
    ///
    /// Client mode. With country and postal code the cost of distribution is included.
    ///
    /// `POST /v1/client/coupon/price`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetCouponPrice {
        /// The body of the request.
        pub body: crate::types::CouponPriceRequest,
    }
    impl GetCouponPrice {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::CouponPriceRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(GetCouponPrice { body : nested });
    impl validate::Validate for GetCouponPrice {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for GetCouponPrice {}
    impl crate::operation::Operation for GetCouponPrice {
        type Output = crate::types::CouponPrice;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getCouponPrice",
            group: "Coupon",
            accessor: "coupons",
            name: "price",
            summary: "Look up the price that is registered on a coupon.",
            method: "POST",
            path: "/v1/client/coupon/price",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "couponCode")
                        .description("The code of the coupon.")
                        .required()
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "couponNumber",
                        )
                        .description("The number of the coupon.")
                        .required()
                        .format("int64")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "customerNumber",
                        )
                        .description(
                            "The number of a customer in the media house's data store.",
                        )
                        .format("int64")
                        .range(Some(1i64), None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "countryCode")
                        .description("A country code, such as NO or SE.")
                        .format("country-code")
                        .length(None, Some(3u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "postalCode")
                        .description("A postal code, with its leading zeros.")
                        .length(Some(1u64), Some(10u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"couponCode\":\"TOTT10\",\"couponNumber\":27,\"customerNumber\":10,\"countryCode\":\"NO\",\"postalCode\":\"1273\"}}",
            response_example: "{\"companyCode\":\"FTOTT\",\"product\":\"TOTT\",\"price\":100,\"vatAmount\":25,\"vatpercent\":25,\"vatInclude\":false,\"currency\":\"NOK\",\"distAmount\":0,\"distAmountvat\":0,\"customerNumber\":10}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.customer_number {
                if Some(&self.body)
                    .and_then(|value| value.customer_number.as_ref())
                    .is_some_and(|sent| found != sent)
                {
                    return Err(crate::operation::Doubt::Mismatch("customerNumber"));
                }
            }
            if !(output.price.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetCouponPrice {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_coupon_price(&self.body)
        }
        crate::operation::span!("getCouponPrice", "POST", "/v1/client/coupon/price");
    }
    /// List the coupons of a product.
    ///
    /// Client mode. The response includes the price at the next renewal.
    ///
    /// `GET /v1/client/coupon/{productCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListCoupons {
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product_code: crate::wire::ProductCode,
        /// True to include the marketing data of the coupons, judging by the parameter's name.
        #[serde(default)]
        pub marketing: ::std::option::Option<bool>,
    }
    impl ListCoupons {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(product_code: crate::wire::ProductCode) -> Self {
            Self {
                product_code,
                marketing: ::std::default::Default::default(),
            }
        }
        /// Sets `marketing`.
        ///
        /// True to include the marketing data of the coupons, judging by the parameter's name.
        #[must_use]
        pub fn with_marketing(
            mut self,
            marketing: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.marketing = Some(marketing.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListCoupons { product_code : hidden, marketing : present }
    );
    impl validate::Validate for ListCoupons {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productCode", Some(&self.product_code), &limits::PRODUCT_CODE);
            checks.reserved("productCode", self.product_code.as_ref(), &["price"]);
        }
    }
    impl crate::operation::ClientOperation for ListCoupons {}
    impl crate::operation::Operation for ListCoupons {
        type Output = crate::types::CouponList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listCoupons",
            group: "Coupon",
            accessor: "coupons",
            name: "list",
            summary: "List the coupons of a product.",
            method: "GET",
            path: "/v1/client/coupon/{productCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "productCode")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Boolean, "marketing")
                    .description(
                        "True to include the marketing data of the coupons, judging by the parameter's name.",
                    )
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["coupons"],
            may_be_empty: false,
            request_example: "{\"productCode\":\"CO27409\",\"marketing\":true}",
            response_example: "{\"coupons\":[{\"couponCode\":\"DataNews\",\"couponNumber\":27,\"startTime\":1767222000000,\"endTime\":1798757999000,\"description\":\"One month of The Example\",\"couponPrice\":\"299\",\"periodLength\":\"1\",\"periodType\":\"months\",\"extraProducts\":[{\"productId\":\"CO27410\",\"description\":\"The Example on Sundays\"}],\"renewal\":{\"renewalPrice\":\"349\",\"periodLength\":\"1\",\"periodType\":\"months\"},\"marketing\":{\"project\":\"P1\",\"market\":\"M1\",\"activity\":\"A1\",\"salesMethod\":\"WEB\"}}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .coupons
                .iter()
                .all(|item| {
                    item
                        .coupon_code
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item.coupon_number.is_some() || item.start_time.is_some()
                        || item.end_time.is_some()
                        || item
                            .description
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.coupon_price.is_some()
                        || item
                            .period_length
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .period_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || !item.extra_products.is_empty()
                        || item
                            .renewal
                            .as_ref()
                            .is_some_and(|found| {
                                *found != ::std::default::Default::default()
                            })
                        || item
                            .marketing
                            .as_ref()
                            .is_some_and(|found| {
                                *found != ::std::default::Default::default()
                            })
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.coupons.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListCoupons {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_coupons(&self.product_code, self.marketing)
        }
        crate::operation::span!("listCoupons", "GET", "/v1/client/coupon/{productCode}");
    }
    /// Complete an order that was registered before.
    ///
    /// Client mode. This operation is for orders that are prepaid or paid by phone. The payment method must be sms, invoice, free, kco, creditcardPayex or other. Upstream may report a failure with HTTP status 200. Check `fulfillmentStatus` in the response. The operation does not create a user.
    ///
    /// `POST /v1/client/order/fulfillment`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CompleteOrder {
        /// The body of the request.
        pub body: crate::types::FulfillmentRequest,
    }
    impl CompleteOrder {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::FulfillmentRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(CompleteOrder { body : nested });
    impl validate::Validate for CompleteOrder {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for CompleteOrder {}
    impl crate::operation::Operation for CompleteOrder {
        type Output = crate::types::Fulfillment;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "completeOrder",
            group: "Fulfillment",
            accessor: "fulfillments",
            name: "complete",
            summary: "Complete an order that was registered before.",
            method: "POST",
            path: "/v1/client/order/fulfillment",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Integer, "orderId")
                        .description("The id of an order.")
                        .required()
                        .format("int64"),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "callbackUrl")
                        .description(
                            "An absolute URL. When the order is paid, upstream calls this URL by GET. The call has a `fulfillmentStatus` of success or failed.",
                        )
                        .length(None, Some(2000u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"orderId\":9,\"callbackUrl\":\"https://www.example.com/paid\"}}",
            response_example: "{\"fulfillmentStatus\":\"OK\",\"orderId\":9}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.order_id {
                if Some(&self.body)
                    .and_then(|value| value.order_id.as_ref())
                    .is_some_and(|sent| found != sent)
                {
                    return Err(crate::operation::Doubt::Mismatch("orderId"));
                }
            }
            if !(output
                .fulfillment_status
                .as_ref()
                .is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for CompleteOrder {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).complete_order(&self.body)
        }
        crate::operation::span!("completeOrder", "POST", "/v1/client/order/fulfillment");
    }
    /// List the orders of the logged-in user.
    ///
    /// User mode. Upstream does not document how far back the list goes.
    ///
    /// `GET /v1/order/status`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListOwnOrders {}
    impl ListOwnOrders {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(ListOwnOrders {});
    impl validate::Validate for ListOwnOrders {}
    impl crate::operation::UserOperation for ListOwnOrders {}
    impl crate::operation::Operation for ListOwnOrders {
        type Output = crate::types::OrderList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listOwnOrders",
            group: "Order",
            accessor: "orders",
            name: "own",
            summary: "List the orders of the logged-in user.",
            method: "GET",
            path: "/v1/order/status",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["orders"],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"orders\":[{\"orderId\":9,\"externalOrderId\":\"2342\",\"orderTime\":1767222000000,\"orderStatus\":\"preliminary\",\"orderAmount\":295,\"customerNumber\":563457}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .orders
                .iter()
                .all(|item| {
                    item.order_id.is_some()
                        || item
                            .external_order_id
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.order_time.is_some()
                        || item
                            .order_status
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.order_amount.is_some() || item.customer_number.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.orders.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListOwnOrders {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_own_orders()
        }
        crate::operation::span!("listOwnOrders", "GET", "/v1/order/status");
    }
    /// Search for an order of the logged-in user, with its lines.
    ///
    /// User mode. Give one of the two ids.
    ///
    /// `POST /v1/order/status`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct SearchOwnOrder {
        /// The body of the request.
        pub body: crate::types::OrderSearchRequest,
    }
    impl SearchOwnOrder {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::OrderSearchRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(SearchOwnOrder { body : nested });
    impl validate::Validate for SearchOwnOrder {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for SearchOwnOrder {}
    impl crate::operation::Operation for SearchOwnOrder {
        type Output = crate::types::OrderDetailsList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "searchOwnOrder",
            group: "Order",
            accessor: "orders",
            name: "search_own",
            summary: "Search for an order of the logged-in user, with its lines.",
            method: "POST",
            path: "/v1/order/status",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Integer, "orderId")
                        .description("The id of an order.")
                        .format("int64"),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "externalOrderId",
                        )
                        .description("The id of an order in another system.")
                        .length(None, Some(40u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["orders"],
            may_be_empty: false,
            request_example: "{\"body\":{\"orderId\":9}}",
            response_example: "{\"orders\":[{\"orderId\":9,\"externalOrderId\":\"2342\",\"orderTime\":1767222000000,\"orderStatus\":\"preliminary\",\"orderAmount\":295,\"orderLines\":[{\"productId\":\"CO27409\",\"description\":\"\",\"invoiceNumber\":1001,\"invoiceTime\":1767222000,\"invoiceLineAmount\":295,\"invoiceStatus\":\"notInvoiced\",\"deliveryStatus\":\"waiting\"}]}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            for found in &output.orders {
                if let Some(found) = &found.order_id {
                    if Some(&self.body)
                        .and_then(|value| value.order_id.as_ref())
                        .is_some_and(|sent| found != sent)
                    {
                        return Err(
                            crate::operation::Doubt::Mismatch("orders[].orderId"),
                        );
                    }
                }
            }
            for found in &output.orders {
                if let Some(found) = &found.external_order_id {
                    if Some(&self.body)
                        .and_then(|value| value.external_order_id.as_ref())
                        .is_some_and(|sent| {
                            AsRef::<str>::as_ref(found) != AsRef::<str>::as_ref(sent)
                        })
                    {
                        return Err(
                            crate::operation::Doubt::Mismatch("orders[].externalOrderId"),
                        );
                    }
                }
            }
            if !output
                .orders
                .iter()
                .all(|item| {
                    item.order_id.is_some()
                        || item
                            .external_order_id
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.order_time.is_some()
                        || item
                            .order_status
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.order_amount.is_some() || !item.order_lines.is_empty()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.orders.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for SearchOwnOrder {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).search_own_order(&self.body)
        }
        crate::operation::span!("searchOwnOrder", "POST", "/v1/order/status");
    }
    /// List the single copies that the logged-in user has bought.
    ///
    /// User mode.
    ///
    /// `GET /v1/customer/order/product/history`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListOwnOrderHistory {}
    impl ListOwnOrderHistory {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(ListOwnOrderHistory {});
    impl validate::Validate for ListOwnOrderHistory {}
    impl crate::operation::UserOperation for ListOwnOrderHistory {}
    impl crate::operation::Operation for ListOwnOrderHistory {
        type Output = crate::types::PurchaseList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listOwnOrderHistory",
            group: "Order",
            accessor: "orders",
            name: "own_history",
            summary: "List the single copies that the logged-in user has bought.",
            method: "GET",
            path: "/v1/customer/order/product/history",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["orders"],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"orders\":[{\"customerNumber\":563457,\"orderNumber\":9,\"orderDate\":1767222000000,\"description\":\"One issue of The Example\",\"amount\":79,\"vat\":0,\"invoiceNumber\":1002,\"invoiceDate\":1767308400000,\"companyCode\":\"FCO\",\"invoiceStatus\":\"invoiced\",\"target\":\"C\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .orders
                .iter()
                .all(|item| {
                    item.customer_number.is_some() || item.order_number.is_some()
                        || item.order_date.is_some()
                        || item
                            .description
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.amount.is_some() || item.vat.is_some()
                        || item.invoice_number.is_some() || item.invoice_date.is_some()
                        || item
                            .company_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .invoice_status
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .target
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.orders.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListOwnOrderHistory {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_own_order_history()
        }
        crate::operation::span!(
            "listOwnOrderHistory", "GET", "/v1/customer/order/product/history"
        );
    }
    /// Look up the status of an order.
    ///
    /// Client mode. A third-party client expects exactly one order in the list.
    ///
    /// `GET /v1/client/order/status/{orderId}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetOrderStatus {
        /// The id of the order.
        ///
        /// At most 40 characters.
        pub order_id: ::std::string::String,
    }
    impl GetOrderStatus {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(order_id: ::std::string::String) -> Self {
            Self { order_id }
        }
    }
    crate::wire::redact::redacting_debug!(GetOrderStatus { order_id : hidden });
    impl validate::Validate for GetOrderStatus {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "orderId",
                    Some(&self.order_id),
                    &validate::length(1, 40).in_form(validate::Format::PathSegment),
                );
        }
    }
    impl crate::operation::ClientOperation for GetOrderStatus {}
    impl crate::operation::Operation for GetOrderStatus {
        type Output = crate::types::OrderList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getOrderStatus",
            group: "Order",
            accessor: "orders",
            name: "status",
            summary: "Look up the status of an order.",
            method: "GET",
            path: "/v1/client/order/status/{orderId}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "orderId")
                    .description("The id of the order.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(40u64)),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["orders"],
            may_be_empty: false,
            request_example: "{\"orderId\":\"9\"}",
            response_example: "{\"orders\":[{\"orderId\":9,\"externalOrderId\":\"2342\",\"orderTime\":1767222000000,\"orderStatus\":\"preliminary\",\"orderAmount\":295,\"customerNumber\":563457}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            for found in &output.orders {
                if let Some(found) = &found.order_id {
                    if Some(&self.order_id)
                        .is_some_and(|sent| {
                            AsRef::<str>::as_ref(sent).parse().ok()
                                != Some(i64::from(*found))
                        })
                    {
                        return Err(
                            crate::operation::Doubt::Mismatch("orders[].orderId"),
                        );
                    }
                }
            }
            if !output
                .orders
                .iter()
                .all(|item| {
                    item.order_id.is_some()
                        || item
                            .external_order_id
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.order_time.is_some()
                        || item
                            .order_status
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.order_amount.is_some() || item.customer_number.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.orders.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetOrderStatus {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_order_status(&self.order_id)
        }
        crate::operation::span!(
            "getOrderStatus", "GET", "/v1/client/order/status/{orderId}"
        );
    }
    /// Register an order.
    ///
    /// Client mode. For the payer and the recipient, upstream commonly requires a company or last name, a postal code, and an e-mail address or a phone number. Set both fields of the marketing coupon, or neither.
    ///
    /// `POST /v1/client/order`
    ///
    /// Part of this operation, such as its path, is known only from third-party clients.
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisterOrder {
        /// The body of the request.
        pub body: crate::types::OrderRequest,
    }
    impl RegisterOrder {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::OrderRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(RegisterOrder { body : nested });
    impl validate::Validate for RegisterOrder {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for RegisterOrder {}
    impl crate::operation::Operation for RegisterOrder {
        type Output = crate::types::RegisteredOrder;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "registerOrder",
            group: "Order",
            accessor: "orders",
            name: "register",
            summary: "Register an order.",
            method: "POST",
            path: "/v1/client/order",
            evidence: crate::operation::Evidence::ThirdParty,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "externalOrderId",
                        )
                        .description("The id of an order in another system.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "orderDate")
                        .description("The day of the order.")
                        .format("date")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "paymentMethod")
                        .description("The payment of an order.")
                        .values(
                            &[
                                "invoice",
                                "sms",
                                "smsPay",
                                "vippsRecurring",
                                "kco",
                                "creditcardPayex",
                                "other",
                                "free",
                                "swishPayex",
                                "vippsEcommerce",
                                "nexi",
                                "creditcard",
                                "masterpass",
                            ],
                            false,
                        )
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Number, "orderAmount")
                        .description("The amount of the order.")
                        .format("decimal"),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "currency")
                        .description("The currency, by ISO 4217.")
                        .length(None, Some(3u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "marketingCouponCode",
                        )
                        .description("The code of the marketing coupon.")
                        .length(None, Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "marketingCouponNumber",
                        )
                        .description("The number of the marketing coupon.")
                        .format("int64")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "companyCode")
                        .description(
                            "The code of the company that publishes the product.",
                        )
                        .length(None, Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "customerReference",
                        )
                        .description("The customer's own reference.")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Boolean, "prepaid")
                        .description("True when the order is prepaid.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Boolean, "recurring")
                        .description(
                            "True when the payment recurs, judging by the field's name.",
                        )
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "payer.customerNumber",
                        )
                        .description(
                            "The number of a customer in the media house's data store.",
                        )
                        .format("int64")
                        .range(Some(1i64), None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.companyRegistrationNumber",
                        )
                        .description("The registration number of the company.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.companyName",
                        )
                        .description("Company name.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.department",
                        )
                        .description("Department within the company.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.firstName",
                        )
                        .description("First name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.middleName",
                        )
                        .description("Middle name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.lastName")
                        .description("Last name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.coAddress",
                        )
                        .description("Care-of line of the address.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.street")
                        .description("Street name, without the number.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.streetNumber",
                        )
                        .description("Street number.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.entrance")
                        .description("Entrance, often a letter.")
                        .length(None, Some(12u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.floor")
                        .description("Floor.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.suite")
                        .description("Suite.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalCode",
                        )
                        .description("A postal code, with its leading zeros.")
                        .length(Some(1u64), Some(10u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalPlace",
                        )
                        .description("Postal place of the street address.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalAddress",
                        )
                        .description("Postal address, such as a post-office box.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalAddressPostalCode",
                        )
                        .description("A postal code, with its leading zeros.")
                        .length(Some(1u64), Some(10u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalAddressPostalPlace",
                        )
                        .description("Postal place of the postal address.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.countryCode",
                        )
                        .description("A country code, such as NO or SE.")
                        .format("country-code")
                        .length(None, Some(3u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.birthDate",
                        )
                        .description("Day of birth; its form is not documented.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.sex")
                        .description("Sex; its values are not documented.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.emails")
                        .description("The e-mail addresses.")
                        .repeated()
                        .format("email")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.phoneNumbers",
                        )
                        .description("The phone numbers.")
                        .repeated()
                        .length(None, Some(20u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Json, "orderLines")
                        .description("The lines of the order.")
                        .required()
                        .repeated(),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.ticket",
                        )
                        .description("The ticket of the payment.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.cardNumberMasked",
                        )
                        .description("The masked number of the card.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.expMonth",
                        )
                        .description("The month in which the card expires.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.expYear",
                        )
                        .description("The year in which the card expires.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.cardTypeName",
                        )
                        .description("The name of the type of the card.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.transactionId",
                        )
                        .description("The id of the transaction.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.merchantId",
                        )
                        .description("The id of the merchant.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.ticketMerchantId",
                        )
                        .description("The id of the merchant of the ticket.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "paymentInfo.secure3d",
                        )
                        .description("True when 3-D Secure was used."),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "paymentInfo.verificationIdPresent",
                        )
                        .description("True when there is an id of the verification."),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "paymentInfo.enrolled",
                        )
                        .description("True when the card takes part in 3-D Secure."),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"externalOrderId\":\"2342\",\"paymentMethod\":\"invoice\",\"orderAmount\":295,\"currency\":\"NOK\",\"companyCode\":\"FCO\",\"payer\":{\"customerNumber\":563457,\"firstName\":\"Ola\",\"lastName\":\"Nordmann\",\"street\":\"Grubbegata\",\"streetNumber\":\"6\",\"postalCode\":\"0179\",\"postalPlace\":\"Oslo\",\"countryCode\":\"NO\",\"emails\":[\"ola.nordmann@example.com\"]},\"orderLines\":[{\"product\":\"CO27409\",\"quantity\":1,\"unitPrice\":295}]}}",
            response_example: "{\"orderId\":9}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.order_id.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RegisterOrder {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).register_order(&self.body)
        }
        crate::operation::span!("registerOrder", "POST", "/v1/client/order");
    }
    /// Register an order of the logged-in user.
    ///
    /// User mode. For the payer and the recipient, upstream commonly requires a company or last name, a postal code, and an e-mail address or a phone number. Set both fields of the marketing coupon, or neither.
    ///
    /// `POST /v1/order`
    ///
    /// Part of this operation, such as its path, is known only from third-party clients.
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisterOwnOrder {
        /// The body of the request.
        pub body: crate::types::OrderRequest,
    }
    impl RegisterOwnOrder {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::OrderRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(RegisterOwnOrder { body : nested });
    impl validate::Validate for RegisterOwnOrder {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for RegisterOwnOrder {}
    impl crate::operation::Operation for RegisterOwnOrder {
        type Output = crate::types::RegisteredOrder;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "registerOwnOrder",
            group: "Order",
            accessor: "orders",
            name: "register_own",
            summary: "Register an order of the logged-in user.",
            method: "POST",
            path: "/v1/order",
            evidence: crate::operation::Evidence::ThirdParty,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "externalOrderId",
                        )
                        .description("The id of an order in another system.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "orderDate")
                        .description("The day of the order.")
                        .format("date")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "paymentMethod")
                        .description("The payment of an order.")
                        .values(
                            &[
                                "invoice",
                                "sms",
                                "smsPay",
                                "vippsRecurring",
                                "kco",
                                "creditcardPayex",
                                "other",
                                "free",
                                "swishPayex",
                                "vippsEcommerce",
                                "nexi",
                                "creditcard",
                                "masterpass",
                            ],
                            false,
                        )
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Number, "orderAmount")
                        .description("The amount of the order.")
                        .format("decimal"),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "currency")
                        .description("The currency, by ISO 4217.")
                        .length(None, Some(3u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "marketingCouponCode",
                        )
                        .description("The code of the marketing coupon.")
                        .length(None, Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "marketingCouponNumber",
                        )
                        .description("The number of the marketing coupon.")
                        .format("int64")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "companyCode")
                        .description(
                            "The code of the company that publishes the product.",
                        )
                        .length(None, Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "customerReference",
                        )
                        .description("The customer's own reference.")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Boolean, "prepaid")
                        .description("True when the order is prepaid.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Boolean, "recurring")
                        .description(
                            "True when the payment recurs, judging by the field's name.",
                        )
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "payer.customerNumber",
                        )
                        .description(
                            "The number of a customer in the media house's data store.",
                        )
                        .format("int64")
                        .range(Some(1i64), None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.companyRegistrationNumber",
                        )
                        .description("The registration number of the company.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.companyName",
                        )
                        .description("Company name.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.department",
                        )
                        .description("Department within the company.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.firstName",
                        )
                        .description("First name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.middleName",
                        )
                        .description("Middle name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.lastName")
                        .description("Last name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.coAddress",
                        )
                        .description("Care-of line of the address.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.street")
                        .description("Street name, without the number.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.streetNumber",
                        )
                        .description("Street number.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.entrance")
                        .description("Entrance, often a letter.")
                        .length(None, Some(12u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.floor")
                        .description("Floor.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.suite")
                        .description("Suite.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalCode",
                        )
                        .description("A postal code, with its leading zeros.")
                        .length(Some(1u64), Some(10u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalPlace",
                        )
                        .description("Postal place of the street address.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalAddress",
                        )
                        .description("Postal address, such as a post-office box.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalAddressPostalCode",
                        )
                        .description("A postal code, with its leading zeros.")
                        .length(Some(1u64), Some(10u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.postalAddressPostalPlace",
                        )
                        .description("Postal place of the postal address.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.countryCode",
                        )
                        .description("A country code, such as NO or SE.")
                        .format("country-code")
                        .length(None, Some(3u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.birthDate",
                        )
                        .description("Day of birth; its form is not documented.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.sex")
                        .description("Sex; its values are not documented.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "payer.emails")
                        .description("The e-mail addresses.")
                        .repeated()
                        .format("email")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "payer.phoneNumbers",
                        )
                        .description("The phone numbers.")
                        .repeated()
                        .length(None, Some(20u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Json, "orderLines")
                        .description("The lines of the order.")
                        .required()
                        .repeated(),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.ticket",
                        )
                        .description("The ticket of the payment.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.cardNumberMasked",
                        )
                        .description("The masked number of the card.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.expMonth",
                        )
                        .description("The month in which the card expires.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.expYear",
                        )
                        .description("The year in which the card expires.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.cardTypeName",
                        )
                        .description("The name of the type of the card.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.transactionId",
                        )
                        .description("The id of the transaction.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.merchantId",
                        )
                        .description("The id of the merchant.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "paymentInfo.ticketMerchantId",
                        )
                        .description("The id of the merchant of the ticket.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "paymentInfo.secure3d",
                        )
                        .description("True when 3-D Secure was used."),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "paymentInfo.verificationIdPresent",
                        )
                        .description("True when there is an id of the verification."),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "paymentInfo.enrolled",
                        )
                        .description("True when the card takes part in 3-D Secure."),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"externalOrderId\":\"2342\",\"paymentMethod\":\"invoice\",\"orderAmount\":295,\"currency\":\"NOK\",\"companyCode\":\"FCO\",\"payer\":{\"customerNumber\":563457,\"firstName\":\"Ola\",\"lastName\":\"Nordmann\",\"street\":\"Grubbegata\",\"streetNumber\":\"6\",\"postalCode\":\"0179\",\"postalPlace\":\"Oslo\",\"countryCode\":\"NO\",\"emails\":[\"ola.nordmann@example.com\"]},\"orderLines\":[{\"product\":\"CO27409\",\"quantity\":1,\"unitPrice\":295}]}}",
            response_example: "{\"orderId\":9}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.order_id.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RegisterOwnOrder {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).register_own_order(&self.body)
        }
        crate::operation::span!("registerOwnOrder", "POST", "/v1/order");
    }
    /// Look up the customer and the product of a reward.
    ///
    /// Client mode. Upstream does not document the response when the reward does not exist.
    ///
    /// `POST /v1/client/reward/check`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CheckReward {
        /// The body of the request.
        pub body: crate::types::RewardCheckRequest,
    }
    impl CheckReward {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::RewardCheckRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(CheckReward { body : nested });
    impl validate::Validate for CheckReward {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for CheckReward {}
    impl crate::operation::Operation for CheckReward {
        type Output = crate::types::Reward;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "checkReward",
            group: "Reward",
            accessor: "rewards",
            name: "check",
            summary: "Look up the customer and the product of a reward.",
            method: "POST",
            path: "/v1/client/reward/check",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "rewardId")
                        .description("The id of a reward.")
                        .required()
                        .length(Some(1u64), Some(36u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "rewardPartnerId",
                        )
                        .description("The id of the partner that gives the reward.")
                        .required()
                        .format("int64")
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"rewardId\":\"R-1024\",\"rewardPartnerId\":3}}",
            response_example: "{\"customerNumber\":563457,\"product\":\"CO27409\",\"rewardId\":\"R-1024\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.reward_id {
                if Some(&self.body)
                    .and_then(|value| value.reward_id.as_ref())
                    .is_some_and(|sent| {
                        AsRef::<str>::as_ref(found) != AsRef::<str>::as_ref(sent)
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("rewardId"));
                }
            }
            if !(output
                .reward_id
                .as_ref()
                .is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for CheckReward {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).check_reward(&self.body)
        }
        crate::operation::span!("checkReward", "POST", "/v1/client/reward/check");
    }
    /// Assign a user to an order.
    ///
    /// Client mode. A user who does not exist yet is created.
    ///
    /// `POST /v1/client/order/{orderId}/user`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct AssignUser {
        /// The id of the order.
        pub order_id: i64,
        /// The body of the request.
        pub body: crate::types::OrderUserRequest,
    }
    impl AssignUser {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(order_id: i64, body: crate::types::OrderUserRequest) -> Self {
            Self { order_id, body }
        }
    }
    crate::wire::redact::redacting_debug!(
        AssignUser { order_id : hidden, body : nested }
    );
    impl validate::Validate for AssignUser {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for AssignUser {}
    impl crate::operation::Operation for AssignUser {
        type Output = crate::types::OrderUser;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "assignUser",
            group: "User",
            accessor: "users",
            name: "assign",
            summary: "Assign a user to an order.",
            method: "POST",
            path: "/v1/client/order/{orderId}/user",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "orderId")
                    .description("The id of the order.")
                    .required()
                    .format("int64"),
            ],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "credential")
                        .description("The user's credential.")
                        .required()
                        .length(Some(1u64), Some(60u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "isSendMessage",
                        )
                        .description("True to send the user a message.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "returnUrl")
                        .description("The address that the browser goes to afterwards.")
                        .length(None, Some(2000u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "errorUrl")
                        .description(
                            "The address that the browser goes to after an error.",
                        )
                        .length(None, Some(2000u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "linkLifetime",
                        )
                        .description(
                            "The validity of the link in the message; its unit is not documented.",
                        )
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "overrideClientId",
                        )
                        .description(
                            "The id of the client that replaces the calling client, judging by the field's name.",
                        )
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"orderId\":9,\"body\":{\"credential\":\"ola.nordmann@example.com\",\"isSendMessage\":true,\"returnUrl\":\"https://www.example.com/welcome\",\"errorUrl\":\"https://www.example.com/error\"}}",
            response_example: "{\"orderId\":9,\"uniqueUserId\":\"abc123ee63461dd\",\"isNewUser\":false,\"isPasswordSet\":true}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.order_id {
                if Some(&self.order_id).is_some_and(|sent| found != sent) {
                    return Err(crate::operation::Doubt::Mismatch("orderId"));
                }
            }
            if !(output.order_id.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for AssignUser {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).assign_user(self.order_id, &self.body)
        }
        crate::operation::span!("assignUser", "POST", "/v1/client/order/{orderId}/user");
    }
    /// List the coupons that a voucher is valid for.
    ///
    /// Client mode. Upstream refuses a voucher that is not valid.
    ///
    /// `GET /v1/client/voucher/coupons/{voucherCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListVoucherCoupons {
        /// The code of the voucher.
        ///
        /// At most 36 characters.
        pub voucher_code: crate::types::VoucherCode,
    }
    impl ListVoucherCoupons {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(voucher_code: crate::types::VoucherCode) -> Self {
            Self { voucher_code }
        }
    }
    crate::wire::redact::redacting_debug!(ListVoucherCoupons { voucher_code : hidden });
    impl validate::Validate for ListVoucherCoupons {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("voucherCode", Some(&self.voucher_code), &limits::VOUCHER_CODE);
        }
    }
    impl crate::operation::ClientOperation for ListVoucherCoupons {}
    impl crate::operation::Operation for ListVoucherCoupons {
        type Output = crate::types::VoucherCouponList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listVoucherCoupons",
            group: "Voucher Coupons",
            accessor: "voucher_coupons",
            name: "list",
            summary: "List the coupons that a voucher is valid for.",
            method: "GET",
            path: "/v1/client/voucher/coupons/{voucherCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "voucherCode")
                    .description("The code of the voucher.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(36u64))
                    .sensitivity(Sensitivity::Secret),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["coupons"],
            may_be_empty: false,
            request_example: "{\"voucherCode\":\"3F7A-92C1\"}",
            response_example: "{\"coupons\":[{\"couponCode\":\"WMDigi\",\"couponNumber\":5223,\"description\":\"One month of the digital edition\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .coupons
                .iter()
                .all(|item| {
                    item
                        .coupon_code
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item.coupon_number.is_some()
                        || item
                            .description
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.coupons.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListVoucherCoupons {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_voucher_coupons(&self.voucher_code)
        }
        crate::operation::span!(
            "listVoucherCoupons", "GET", "/v1/client/voucher/coupons/{voucherCode}"
        );
    }
    /// List the invoices of a customer for a product.
    ///
    /// Client mode. Upstream does not document which invoices it lists if `from` and `to` are left out.
    ///
    /// `GET /v1/client/customer/invoice/payment/{customerNumber}/{productCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListInvoicesOfProduct {
        /// The customer's number.
        pub customer_number: crate::wire::CustomerNumber,
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product_code: crate::wire::ProductCode,
        /// The first day.
        #[serde(default)]
        pub from: ::std::option::Option<crate::wire::Date>,
        /// The last day.
        #[serde(default)]
        pub to: ::std::option::Option<crate::wire::Date>,
    }
    impl ListInvoicesOfProduct {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(
            customer_number: crate::wire::CustomerNumber,
            product_code: crate::wire::ProductCode,
        ) -> Self {
            Self {
                customer_number,
                product_code,
                from: ::std::default::Default::default(),
                to: ::std::default::Default::default(),
            }
        }
        /// Sets `from`.
        ///
        /// The first day.
        #[must_use]
        pub fn with_from(mut self, from: crate::wire::Date) -> Self {
            self.from = Some(from.into());
            self
        }
        /// Sets `to`.
        ///
        /// The last day.
        #[must_use]
        pub fn with_to(mut self, to: crate::wire::Date) -> Self {
            self.to = Some(to.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListInvoicesOfProduct { customer_number : hidden, product_code : hidden, from :
        present, to : present }
    );
    impl validate::Validate for ListInvoicesOfProduct {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productCode", Some(&self.product_code), &limits::PRODUCT_CODE);
            checks
                .text(
                    "from",
                    self.from.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
            checks
                .text(
                    "to",
                    self.to.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
        }
    }
    impl crate::operation::ClientOperation for ListInvoicesOfProduct {}
    impl crate::operation::Operation for ListInvoicesOfProduct {
        type Output = crate::types::InvoiceList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listInvoicesOfProduct",
            group: "Invoice",
            accessor: "invoices",
            name: "of_product",
            summary: "List the invoices of a customer for a product.",
            method: "GET",
            path: "/v1/client/customer/invoice/payment/{customerNumber}/{productCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer's number.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "productCode")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "from")
                    .description("The first day.")
                    .format("date")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "to")
                    .description("The last day.")
                    .format("date")
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["clientInvoiceInfoList"],
            may_be_empty: false,
            request_example: "{\"customerNumber\":563457,\"productCode\":\"CO27409\",\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"}",
            response_example: "{\"clientInvoiceInfoList\":[{\"invoiceId\":\"1001\",\"invoiceDate\":1767222000000,\"paymentDate\":1768086000000,\"dueDate\":1768431600000,\"invoiceOfferCount\":\"1\",\"customerNumber\":563457,\"product\":\"CO27409\",\"productName\":\"The Example\",\"amount\":295,\"companyCode\":\"FCO\",\"paymentStatus\":\"0\",\"invoiceAmount\":295,\"paidAmount\":295,\"paymentMethod\":\"A\",\"invoiceHotelUrl\":\"https://invoices.example.com/1001\",\"desc\":[\"One month of The Example\"],\"period\":1,\"periodUnit\":\"E\",\"fromTime\":\"2026-01-01\",\"incltime\":\"2026-01-31\",\"invoiceLineInfo\":[{\"productCode\":\"CO27409\",\"invoiceAmount\":236,\"invoiceVatAmount\":59,\"invoiceVatPercent\":25}]}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            for found in &output.client_invoice_info_list {
                if let Some(found) = &found.customer_number {
                    if Some(&self.customer_number).is_some_and(|sent| found != sent) {
                        return Err(
                            crate::operation::Doubt::Mismatch(
                                "clientInvoiceInfoList[].customerNumber",
                            ),
                        );
                    }
                }
            }
            for found in &output.client_invoice_info_list {
                if let Some(found) = &found.product {
                    if Some(&self.product_code)
                        .is_some_and(|sent| {
                            !AsRef::<str>::as_ref(found)
                                .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                        })
                    {
                        return Err(
                            crate::operation::Doubt::Mismatch(
                                "clientInvoiceInfoList[].product",
                            ),
                        );
                    }
                }
            }
            if !output
                .client_invoice_info_list
                .iter()
                .all(|item| {
                    item
                        .invoice_id
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item.invoice_date.is_some() || item.payment_date.is_some()
                        || item.due_date.is_some()
                        || item
                            .invoice_offer_count
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.customer_number.is_some()
                        || item
                            .product
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product_name
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.amount.is_some()
                        || item
                            .company_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .payment_status
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.invoice_amount.is_some() || item.paid_amount.is_some()
                        || item
                            .payment_method
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .invoice_hotel_url
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || !item.desc.is_empty() || item.period.is_some()
                        || item
                            .period_unit
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .from_time
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .incltime
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || !item.invoice_line_info.is_empty()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.client_invoice_info_list.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListInvoicesOfProduct {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_invoices_of_product(
                    &self.customer_number,
                    &self.product_code,
                    self.from.as_ref(),
                    self.to.as_ref(),
                )
        }
        crate::operation::span!(
            "listInvoicesOfProduct", "GET",
            "/v1/client/customer/invoice/payment/{customerNumber}/{productCode}"
        );
    }
    /// List the invoices and reminders of the logged-in customer, for a product.
    ///
    /// User mode. Upstream does not document which invoices and reminders it lists if `from` and `to` are left out.
    ///
    /// `GET /v1/customer/invoice/payment/{product}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListOwnInvoicesOfProduct {
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product: crate::wire::ProductCode,
        /// The first day.
        #[serde(default)]
        pub from: ::std::option::Option<crate::wire::Date>,
        /// The last day.
        #[serde(default)]
        pub to: ::std::option::Option<crate::wire::Date>,
        /// Only the invoices that are not paid.
        #[serde(default)]
        pub unpaid: ::std::option::Option<bool>,
    }
    impl ListOwnInvoicesOfProduct {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(product: crate::wire::ProductCode) -> Self {
            Self {
                product,
                from: ::std::default::Default::default(),
                to: ::std::default::Default::default(),
                unpaid: ::std::default::Default::default(),
            }
        }
        /// Sets `from`.
        ///
        /// The first day.
        #[must_use]
        pub fn with_from(mut self, from: crate::wire::Date) -> Self {
            self.from = Some(from.into());
            self
        }
        /// Sets `to`.
        ///
        /// The last day.
        #[must_use]
        pub fn with_to(mut self, to: crate::wire::Date) -> Self {
            self.to = Some(to.into());
            self
        }
        /// Sets `unpaid`.
        ///
        /// Only the invoices that are not paid.
        #[must_use]
        pub fn with_unpaid(mut self, unpaid: impl ::std::convert::Into<bool>) -> Self {
            self.unpaid = Some(unpaid.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListOwnInvoicesOfProduct { product : hidden, from : present, to : present, unpaid
        : present }
    );
    impl validate::Validate for ListOwnInvoicesOfProduct {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("product", Some(&self.product), &limits::PRODUCT_CODE);
            checks
                .text(
                    "from",
                    self.from.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
            checks
                .text(
                    "to",
                    self.to.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
        }
    }
    impl crate::operation::UserOperation for ListOwnInvoicesOfProduct {}
    impl crate::operation::Operation for ListOwnInvoicesOfProduct {
        type Output = crate::types::InvoicesAndReminders;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listOwnInvoicesOfProduct",
            group: "Invoice",
            accessor: "invoices",
            name: "own_of_product",
            summary: "List the invoices and reminders of the logged-in customer, for a product.",
            method: "GET",
            path: "/v1/customer/invoice/payment/{product}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "product")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Boolean, "unpaid")
                    .description("Only the invoices that are not paid.")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "from")
                    .description("The first day.")
                    .format("date")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "to")
                    .description("The last day.")
                    .format("date")
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["invoices", "reminders"],
            may_be_empty: false,
            request_example: "{\"product\":\"CO27409\",\"unpaid\":false,\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"}",
            response_example: "{\"invoices\":[{\"customerNumber\":563457,\"product\":\"CO27409\",\"invoiceOfferCount\":\"1\",\"productName\":\"The Example\",\"amount\":295,\"invoiceDate\":\"2026-01-01\",\"paymentDate\":\"2026-01-11\",\"dueDate\":\"2026-01-15\",\"invoiceNumber\":\"1001\",\"companyCode\":\"FCO\",\"paymentStatus\":\"0\",\"invoiceAmount\":\"295.00\",\"paidAmount\":295,\"paymentMethod\":\"A\",\"invoiceHotelUrl\":\"https://invoices.example.com/1001\",\"invoiceStatus\":\"Invoiced\"},{\"customerNumber\":563457,\"product\":\"CO27409\",\"invoiceOfferCount\":\"1\",\"productName\":\"The Example\",\"amount\":295,\"invoiceDate\":\"2026-02-01\",\"dueDate\":\"2026-02-15\",\"invoiceNumber\":\"1002\",\"companyCode\":\"FCO\",\"paymentStatus\":\"0\",\"invoiceAmount\":\"295.00\",\"paidAmount\":0,\"paymentMethod\":\"A\",\"invoiceHotelUrl\":\"https://invoices.example.com/1002\",\"invoiceStatus\":\"Invoiced\"}],\"reminders\":[{\"invoiceNumber\":1002,\"product\":\"CO27409\",\"fromTime\":\"2026-02-01\",\"includeTime\":\"2026-02-28\",\"reminderDate\":1771542000000,\"dueDate\":1772319600000,\"amount\":295,\"reminderNumber\":1,\"reminderType\":\"reminder\",\"invoiceHotelUrl\":\"https://invoices.example.com/1002\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            for found in &output.invoices {
                if let Some(found) = &found.product {
                    if Some(&self.product)
                        .is_some_and(|sent| {
                            !AsRef::<str>::as_ref(found)
                                .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                        })
                    {
                        return Err(
                            crate::operation::Doubt::Mismatch("invoices[].product"),
                        );
                    }
                }
            }
            for found in &output.reminders {
                if let Some(found) = &found.product {
                    if Some(&self.product)
                        .is_some_and(|sent| {
                            !AsRef::<str>::as_ref(found)
                                .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                        })
                    {
                        return Err(
                            crate::operation::Doubt::Mismatch("reminders[].product"),
                        );
                    }
                }
            }
            if !output
                .invoices
                .iter()
                .all(|item| {
                    item.customer_number.is_some()
                        || item
                            .product
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .invoice_offer_count
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product_name
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.amount.is_some()
                        || item
                            .invoice_date
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .payment_date
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .due_date
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .invoice_number
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .company_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .payment_status
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.invoice_amount.is_some() || item.paid_amount.is_some()
                        || item
                            .payment_method
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .invoice_hotel_url
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .invoice_status
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !output
                .reminders
                .iter()
                .all(|item| {
                    item.invoice_number.is_some()
                        || item
                            .product
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .from_time
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .include_time
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.reminder_date.is_some() || item.due_date.is_some()
                        || item.amount.is_some() || item.reminder_number.is_some()
                        || item
                            .reminder_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .invoice_hotel_url
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.invoices.is_empty() || !output.reminders.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListOwnInvoicesOfProduct {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_own_invoices_of_product(
                    &self.product,
                    self.from.as_ref(),
                    self.to.as_ref(),
                    self.unpaid,
                )
        }
        crate::operation::span!(
            "listOwnInvoicesOfProduct", "GET", "/v1/customer/invoice/payment/{product}"
        );
    }
    /// Look up the invoice address of the logged-in customer for a product.
    ///
    /// User mode. The address comes from synchronised data.
    ///
    /// `GET /v1/customer/invoiceaddress/{product}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetOwnInvoiceAddress {
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product: crate::wire::ProductCode,
    }
    impl GetOwnInvoiceAddress {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(product: crate::wire::ProductCode) -> Self {
            Self { product }
        }
    }
    crate::wire::redact::redacting_debug!(GetOwnInvoiceAddress { product : hidden });
    impl validate::Validate for GetOwnInvoiceAddress {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("product", Some(&self.product), &limits::PRODUCT_CODE);
        }
    }
    impl crate::operation::UserOperation for GetOwnInvoiceAddress {}
    impl crate::operation::Operation for GetOwnInvoiceAddress {
        type Output = crate::types::InvoiceAddress;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getOwnInvoiceAddress",
            group: "InvoiceAddress",
            accessor: "invoice_addresses",
            name: "of_product",
            summary: "Look up the invoice address of the logged-in customer for a product.",
            method: "GET",
            path: "/v1/customer/invoiceaddress/{product}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "product")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"product\":\"CO27409\"}",
            response_example: "{\"name\":{\"firstName\":\"Ola\",\"lastName\":\"Nordmann\"},\"address\":{},\"payerSameAsCustomer\":true,\"payerCustomerNumber\":563457}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output
                .name
                .as_ref()
                .is_some_and(|found| *found != ::std::default::Default::default())
                || output
                    .address
                    .as_ref()
                    .is_some_and(|found| *found != ::std::default::Default::default())
                || output.payer_same_as_customer.is_some()
                || output.payer_customer_number.is_some())
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetOwnInvoiceAddress {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_own_invoice_address(&self.product)
        }
        crate::operation::span!(
            "getOwnInvoiceAddress", "GET", "/v1/customer/invoiceaddress/{product}"
        );
    }
    /// Begin the creation of a Klarna token for the logged-in customer.
    ///
    /// User mode. The token is made in the browser: send the user to `/payment/klarna/token/add` of the login server with the transaction's id as `transactionId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
    ///
    /// `POST /v1/customer/payment/klarna/token`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct AddKlarnaToken {
        /// The body of the request.
        pub body: crate::types::KlarnaTokenRequest,
    }
    impl AddKlarnaToken {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::KlarnaTokenRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(AddKlarnaToken { body : nested });
    impl validate::Validate for AddKlarnaToken {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for AddKlarnaToken {}
    impl crate::operation::Operation for AddKlarnaToken {
        type Output = crate::types::PaymentTransaction;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "addKlarnaToken",
            group: "Klarna",
            accessor: "klarna_tokens",
            name: "add",
            summary: "Begin the creation of a Klarna token for the logged-in customer.",
            method: "POST",
            path: "/v1/customer/payment/klarna/token",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "productCode")
                        .description("The code of a product.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: true,
            request_example: "{\"body\":{\"productCode\":\"CO27409\"}}",
            response_example: "{\"success\":true,\"transactionId\":1234}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            match output.success {
                Some(true) => {}
                Some(false) => return Err(crate::operation::Doubt::NotDone),
                None => return Err(crate::operation::Doubt::Nothing),
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for AddKlarnaToken {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).add_klarna_token(&self.body)
        }
        crate::operation::span!(
            "addKlarnaToken", "POST", "/v1/customer/payment/klarna/token"
        );
    }
    /// List the PayEx tokens of the logged-in customer.
    ///
    /// User mode.
    ///
    /// `GET /v1/api/payment/payex/token`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListPayExTokens {}
    impl ListPayExTokens {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(ListPayExTokens {});
    impl validate::Validate for ListPayExTokens {}
    impl crate::operation::UserOperation for ListPayExTokens {}
    impl crate::operation::Operation for ListPayExTokens {
        type Output = crate::types::PayExTokens;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listPayExTokens",
            group: "PayEx",
            accessor: "payex_tokens",
            name: "list",
            summary: "List the PayEx tokens of the logged-in customer.",
            method: "GET",
            path: "/v1/api/payment/payex/token",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["paymentRecurrenceTokens"],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"paymentRecurrenceTokens\":[{\"recurrenceToken\":\"00000000-0000-4000-8000-000000000001\",\"paymentProviderId\":11,\"merchantId\":\"100001\",\"productCode\":\"CO27409\",\"maskedCardNumber\":\"492500******0004\",\"expirationMonth\":\"12\",\"expirationYear\":\"29\",\"cardTypeName\":\"Visa\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .payment_recurrence_tokens
                .iter()
                .all(|item| {
                    item
                        .recurrence_token
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item.payment_provider_id.is_some()
                        || item
                            .merchant_id
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .masked_card_number
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .expiration_month
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .expiration_year
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .card_type_name
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.payment_recurrence_tokens.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListPayExTokens {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_pay_ex_tokens()
        }
        crate::operation::span!("listPayExTokens", "GET", "/v1/api/payment/payex/token");
    }
    /// Begin to change the payment method of the logged-in customer for a product.
    ///
    /// User mode. The change is made in the browser: send the user to `/paymentChange` of the login server with the change's id as `paymentChangeId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
    ///
    /// `POST /v1/product/payment/{productCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ChangePaymentMethod {
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product_code: crate::wire::ProductCode,
        /// The body of the request.
        pub body: crate::types::PaymentMethodRequest,
    }
    impl ChangePaymentMethod {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(
            product_code: crate::wire::ProductCode,
            body: crate::types::PaymentMethodRequest,
        ) -> Self {
            Self { product_code, body }
        }
    }
    crate::wire::redact::redacting_debug!(
        ChangePaymentMethod { product_code : hidden, body : nested }
    );
    impl validate::Validate for ChangePaymentMethod {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productCode", Some(&self.product_code), &limits::PRODUCT_CODE);
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for ChangePaymentMethod {}
    impl crate::operation::Operation for ChangePaymentMethod {
        type Output = crate::types::PaymentMethodChange;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "changePaymentMethod",
            group: "Payment",
            accessor: "payments",
            name: "change_method",
            summary: "Begin to change the payment method of the logged-in customer for a product.",
            method: "POST",
            path: "/v1/product/payment/{productCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "productCode")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "paymentMethod")
                        .description(
                            "The payment method; only recurringPayExCardPayment has been seen.",
                        )
                        .length(None, Some(255u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"productCode\":\"CO27409\",\"body\":{\"paymentMethod\":\"recurringPayExCardPayment\"}}",
            response_example: "{\"paymentChangeId\":5678}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.payment_change_id.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ChangePaymentMethod {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .change_payment_method(&self.product_code, &self.body)
        }
        crate::operation::span!(
            "changePaymentMethod", "POST", "/v1/product/payment/{productCode}"
        );
    }
    /// List the Vipps agreements of the logged-in customer.
    ///
    /// User mode. Only agreements that are valid are listed.
    ///
    /// `GET /v1/customer/payment/vipps/agreement`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListVippsAgreements {}
    impl ListVippsAgreements {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(ListVippsAgreements {});
    impl validate::Validate for ListVippsAgreements {}
    impl crate::operation::UserOperation for ListVippsAgreements {}
    impl crate::operation::Operation for ListVippsAgreements {
        type Output = crate::types::VippsAgreements;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listVippsAgreements",
            group: "Vipps",
            accessor: "vipps_agreements",
            name: "list",
            summary: "List the Vipps agreements of the logged-in customer.",
            method: "GET",
            path: "/v1/customer/payment/vipps/agreement",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["recurringAgreements"],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"recurringAgreements\":[{\"agreementRef\":\"agr_example1\",\"paymentProviderId\":11,\"productCode\":\"CO27409\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .recurring_agreements
                .iter()
                .all(|item| {
                    item
                        .agreement_ref
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item.payment_provider_id.is_some()
                        || item
                            .product_code
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.recurring_agreements.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListVippsAgreements {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_vipps_agreements()
        }
        crate::operation::span!(
            "listVippsAgreements", "GET", "/v1/customer/payment/vipps/agreement"
        );
    }
    /// Begin the creation of a Vipps agreement for the logged-in customer.
    ///
    /// User mode. The agreement is made in the browser: send the user to `/payment/vipps/agreement/add` of the login server with the transaction's id as `transactionId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
    ///
    /// `POST /v1/customer/payment/vipps/agreement`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct AddVippsAgreement {
        /// The body of the request.
        pub body: crate::types::VippsAgreementRequest,
    }
    impl AddVippsAgreement {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::VippsAgreementRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(AddVippsAgreement { body : nested });
    impl validate::Validate for AddVippsAgreement {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for AddVippsAgreement {}
    impl crate::operation::Operation for AddVippsAgreement {
        type Output = crate::types::PaymentTransaction;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "addVippsAgreement",
            group: "Vipps",
            accessor: "vipps_agreements",
            name: "add",
            summary: "Begin the creation of a Vipps agreement for the logged-in customer.",
            method: "POST",
            path: "/v1/customer/payment/vipps/agreement",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "productCode")
                        .description("The code of a product.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: true,
            request_example: "{\"body\":{\"productCode\":\"CO27409\"}}",
            response_example: "{\"success\":true,\"transactionId\":1234}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            match output.success {
                Some(true) => {}
                Some(false) => return Err(crate::operation::Doubt::NotDone),
                None => return Err(crate::operation::Doubt::Nothing),
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for AddVippsAgreement {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).add_vipps_agreement(&self.body)
        }
        crate::operation::span!(
            "addVippsAgreement", "POST", "/v1/customer/payment/vipps/agreement"
        );
    }
    /// Request access to the private data of the logged-in customer.
    ///
    /// User mode. It only opens a case for the staff of the media house. The response contains no data.
    ///
    /// `POST /v1/customer/privacy/access`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RequestPrivateData {
        /// The body of the request.
        pub body: crate::types::PrivateDataRequest,
    }
    impl RequestPrivateData {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::PrivateDataRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(RequestPrivateData { body : nested });
    impl validate::Validate for RequestPrivateData {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for RequestPrivateData {}
    impl crate::operation::Operation for RequestPrivateData {
        type Output = crate::types::PrivateDataCase;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "requestPrivateData",
            group: "Consent",
            accessor: "consents",
            name: "request_private_data",
            summary: "Request access to the private data of the logged-in customer.",
            method: "POST",
            path: "/v1/customer/privacy/access",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Boolean, "sendReceipt")
                        .description("True to send the customer a receipt.")
                        .required()
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: true,
            request_example: "{\"body\":{\"sendReceipt\":true}}",
            response_example: "{\"success\":true,\"receiptSend\":true}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            match output.success {
                Some(true) => {}
                Some(false) => return Err(crate::operation::Doubt::NotDone),
                None => return Err(crate::operation::Doubt::Nothing),
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RequestPrivateData {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).request_private_data(&self.body)
        }
        crate::operation::span!(
            "requestPrivateData", "POST", "/v1/customer/privacy/access"
        );
    }
    /// List the consent events of a subject.
    ///
    /// Client mode. Each event is a consent that was given or withdrawn.
    ///
    /// `GET /v1/client/customer/privacy/consentEvent/history/{issuer}/{subjectType}/{subject}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListConsentEvents {
        /// The issuer of the consents.
        ///
        /// At most 255 characters.
        pub issuer: crate::types::ConsentIssuer,
        /// The kind of the subject.
        pub subject_type: crate::types::ConsentSubjectType,
        /// The person or thing that the events are about.
        ///
        /// At most 255 characters.
        pub subject: crate::types::ConsentSubject,
        /// False also lists the consents that are not active.
        #[serde(default)]
        pub only_active: ::std::option::Option<bool>,
    }
    impl ListConsentEvents {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(
            issuer: crate::types::ConsentIssuer,
            subject_type: crate::types::ConsentSubjectType,
            subject: crate::types::ConsentSubject,
        ) -> Self {
            Self {
                issuer,
                subject_type,
                subject,
                only_active: ::std::default::Default::default(),
            }
        }
        /// Sets `only_active`.
        ///
        /// False also lists the consents that are not active.
        #[must_use]
        pub fn with_only_active(
            mut self,
            only_active: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.only_active = Some(only_active.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListConsentEvents { issuer : hidden, subject_type : hidden, subject : hidden,
        only_active : present }
    );
    impl validate::Validate for ListConsentEvents {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("issuer", Some(&self.issuer), &limits::CONSENT_ISSUER);
            checks
                .known(
                    "subjectType",
                    (Some(&self.subject_type)).map(|value| value.is_known()),
                );
            checks.text("subject", Some(&self.subject), &limits::CONSENT_SUBJECT);
        }
    }
    impl crate::operation::ClientOperation for ListConsentEvents {}
    impl crate::operation::Operation for ListConsentEvents {
        type Output = crate::types::ConsentEventHistory;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listConsentEvents",
            group: "Consent",
            accessor: "consents",
            name: "event_history",
            summary: "List the consent events of a subject.",
            method: "GET",
            path: "/v1/client/customer/privacy/consentEvent/history/{issuer}/{subjectType}/{subject}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "issuer")
                    .description("The issuer of the consents.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(255u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "subjectType")
                    .description("The kind of the subject.")
                    .required()
                    .values(&["CONNECT", "CONNECTID", "EXTERNAL", "ORDER"], false)
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Path, ValueKind::Text, "subject")
                    .description("The person or thing that the events are about.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(255u64)),
                ParameterInfo::new(Location::Query, ValueKind::Boolean, "onlyActive")
                    .description("False also lists the consents that are not active.")
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["consents"],
            may_be_empty: false,
            request_example: "{\"issuer\":\"example.com\",\"subjectType\":\"CONNECT\",\"subject\":\"563457\",\"onlyActive\":true}",
            response_example: "{\"issuer\":\"example.com\",\"subject\":\"563457\",\"subjectType\":\"CONNECT\",\"consents\":[{\"consentId\":12,\"target\":\"newsletter\",\"scope\":\"daily\",\"events\":[{\"consentEventId\":501,\"created\":1767222000000,\"source\":\"my-page\",\"action\":true},{\"consentEventId\":502,\"created\":1771110000000,\"source\":\"my-page\",\"action\":false}]}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.issuer {
                if Some(&self.issuer)
                    .is_some_and(|sent| {
                        !AsRef::<str>::as_ref(found)
                            .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("issuer"));
                }
            }
            if let Some(found) = &output.subject {
                if Some(&self.subject)
                    .is_some_and(|sent| {
                        AsRef::<str>::as_ref(found) != AsRef::<str>::as_ref(sent)
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("subject"));
                }
            }
            if let Some(found) = &output.subject_type {
                if Some(&self.subject_type)
                    .is_some_and(|sent| {
                        !AsRef::<str>::as_ref(found)
                            .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("subjectType"));
                }
            }
            if !output
                .consents
                .iter()
                .all(|item| {
                    item.consent_id.is_some()
                        || item
                            .target
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .scope
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || !item.events.is_empty()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.consents.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListConsentEvents {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_consent_events(
                    &self.issuer,
                    &self.subject_type,
                    &self.subject,
                    self.only_active,
                )
        }
        crate::operation::span!(
            "listConsentEvents", "GET",
            "/v1/client/customer/privacy/consentEvent/history/{issuer}/{subjectType}/{subject}"
        );
    }
    /// List all versions of the consent texts of an issuer.
    ///
    /// Client mode.
    ///
    /// `GET /v1/client/customer/privacy/consent/text/history/{issuer}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListConsentTextHistory {
        /// The issuer of the consents.
        ///
        /// At most 255 characters.
        pub issuer: crate::types::ConsentIssuer,
        /// Only the consents of this group.
        #[serde(default)]
        pub consent_group_id: ::std::option::Option<i64>,
        /// Only this consent.
        #[serde(default)]
        pub consent_id: ::std::option::Option<i64>,
        /// False also lists the consents that are not active.
        #[serde(default)]
        pub only_active: ::std::option::Option<bool>,
        /// Only the consents with this scope.
        ///
        /// At most 255 characters.
        #[serde(default)]
        pub scope: ::std::option::Option<::std::string::String>,
        /// Only the consents with this target.
        ///
        /// At most 255 characters.
        #[serde(default)]
        pub target: ::std::option::Option<::std::string::String>,
    }
    impl ListConsentTextHistory {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(issuer: crate::types::ConsentIssuer) -> Self {
            Self {
                issuer,
                consent_group_id: ::std::default::Default::default(),
                consent_id: ::std::default::Default::default(),
                only_active: ::std::default::Default::default(),
                scope: ::std::default::Default::default(),
                target: ::std::default::Default::default(),
            }
        }
        /// Sets `consent_group_id`.
        ///
        /// Only the consents of this group.
        #[must_use]
        pub fn with_consent_group_id(
            mut self,
            consent_group_id: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.consent_group_id = Some(consent_group_id.into());
            self
        }
        /// Sets `consent_id`.
        ///
        /// Only this consent.
        #[must_use]
        pub fn with_consent_id(
            mut self,
            consent_id: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.consent_id = Some(consent_id.into());
            self
        }
        /// Sets `only_active`.
        ///
        /// False also lists the consents that are not active.
        #[must_use]
        pub fn with_only_active(
            mut self,
            only_active: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.only_active = Some(only_active.into());
            self
        }
        /// Sets `scope`.
        ///
        /// Only the consents with this scope.
        ///
        /// At most 255 characters.
        #[must_use]
        pub fn with_scope(
            mut self,
            scope: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.scope = Some(scope.into());
            self
        }
        /// Sets `target`.
        ///
        /// Only the consents with this target.
        ///
        /// At most 255 characters.
        #[must_use]
        pub fn with_target(
            mut self,
            target: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.target = Some(target.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListConsentTextHistory { issuer : hidden, consent_group_id : present, consent_id
        : present, only_active : present, scope : present, target : present }
    );
    impl validate::Validate for ListConsentTextHistory {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("issuer", Some(&self.issuer), &limits::CONSENT_ISSUER);
            checks.text("scope", self.scope.as_ref(), &validate::length(0, 255));
            checks.text("target", self.target.as_ref(), &validate::length(0, 255));
        }
    }
    impl crate::operation::ClientOperation for ListConsentTextHistory {}
    impl crate::operation::Operation for ListConsentTextHistory {
        type Output = crate::types::ConsentTextHistory;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listConsentTextHistory",
            group: "Consent",
            accessor: "consents",
            name: "text_history",
            summary: "List all versions of the consent texts of an issuer.",
            method: "GET",
            path: "/v1/client/customer/privacy/consent/text/history/{issuer}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "issuer")
                    .description("The issuer of the consents.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(255u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Integer, "consentGroupId")
                    .description("Only the consents of this group.")
                    .format("int64")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Integer, "consentId")
                    .description("Only this consent.")
                    .format("int64")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "target")
                    .description("Only the consents with this target.")
                    .length(None, Some(255u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "scope")
                    .description("Only the consents with this scope.")
                    .length(None, Some(255u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Boolean, "onlyActive")
                    .description("False also lists the consents that are not active.")
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["consents"],
            may_be_empty: false,
            request_example: "{\"issuer\":\"example.com\",\"consentGroupId\":3,\"consentId\":12,\"target\":\"newsletter\",\"scope\":\"daily\",\"onlyActive\":true}",
            response_example: "{\"issuer\":\"example.com\",\"consents\":[{\"consentId\":12,\"consentGroupId\":3,\"target\":\"newsletter\",\"scope\":\"daily\",\"texts\":[{\"consentTextId\":31,\"languageCode\":\"nb_NO\",\"textHistory\":[{\"consentTextHistoryId\":310,\"text\":\"Send me the news of the day.\",\"fromDate\":1767222000000,\"toDate\":1771110000000}]}]}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.issuer {
                if Some(&self.issuer)
                    .is_some_and(|sent| {
                        !AsRef::<str>::as_ref(found)
                            .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("issuer"));
                }
            }
            if !output
                .consents
                .iter()
                .all(|item| {
                    item.consent_id.is_some() || item.consent_group_id.is_some()
                        || item
                            .target
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .scope
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || !item.texts.is_empty()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.consents.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListConsentTextHistory {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_consent_text_history(
                    &self.issuer,
                    self.consent_group_id,
                    self.consent_id,
                    self.only_active,
                    self.scope.as_deref(),
                    self.target.as_deref(),
                )
        }
        crate::operation::span!(
            "listConsentTextHistory", "GET",
            "/v1/client/customer/privacy/consent/text/history/{issuer}"
        );
    }
    /// List the consents of an issuer for the logged-in customer.
    ///
    /// User mode.
    ///
    /// `GET /v1/customer/privacy/consents/{issuer}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListOwnConsents {
        /// The issuer of the consents.
        ///
        /// At most 255 characters.
        pub issuer: crate::types::ConsentIssuer,
        /// Only the consents of this group.
        #[serde(default)]
        pub consent_group_id: ::std::option::Option<i64>,
        /// False also lists the consents that are not active.
        #[serde(default)]
        pub only_active: ::std::option::Option<bool>,
    }
    impl ListOwnConsents {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(issuer: crate::types::ConsentIssuer) -> Self {
            Self {
                issuer,
                consent_group_id: ::std::default::Default::default(),
                only_active: ::std::default::Default::default(),
            }
        }
        /// Sets `consent_group_id`.
        ///
        /// Only the consents of this group.
        #[must_use]
        pub fn with_consent_group_id(
            mut self,
            consent_group_id: impl ::std::convert::Into<i64>,
        ) -> Self {
            self.consent_group_id = Some(consent_group_id.into());
            self
        }
        /// Sets `only_active`.
        ///
        /// False also lists the consents that are not active.
        #[must_use]
        pub fn with_only_active(
            mut self,
            only_active: impl ::std::convert::Into<bool>,
        ) -> Self {
            self.only_active = Some(only_active.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListOwnConsents { issuer : hidden, consent_group_id : present, only_active :
        present }
    );
    impl validate::Validate for ListOwnConsents {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("issuer", Some(&self.issuer), &limits::CONSENT_ISSUER);
        }
    }
    impl crate::operation::UserOperation for ListOwnConsents {}
    impl crate::operation::Operation for ListOwnConsents {
        type Output = crate::types::ConsentList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listOwnConsents",
            group: "Consent",
            accessor: "consents",
            name: "own",
            summary: "List the consents of an issuer for the logged-in customer.",
            method: "GET",
            path: "/v1/customer/privacy/consents/{issuer}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "issuer")
                    .description("The issuer of the consents.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(255u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Integer, "consentGroupId")
                    .description("Only the consents of this group.")
                    .format("int64")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Boolean, "onlyActive")
                    .description("False also lists the consents that are not active.")
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["consents"],
            may_be_empty: false,
            request_example: "{\"issuer\":\"example.com\",\"consentGroupId\":3,\"onlyActive\":true}",
            response_example: "{\"issuer\":\"example.com\",\"consents\":[{\"consentId\":12,\"consentGroupId\":3,\"target\":\"newsletter\",\"scope\":\"daily\",\"parentConsentId\":10,\"selectionOrder\":1,\"displayMode\":\"A\",\"created\":1767222000000,\"texts\":[{\"languageCode\":\"nb_NO\",\"name\":\"Newsletter\",\"description\":\"Send me the news of the day.\"}],\"active\":true}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.issuer {
                if Some(&self.issuer)
                    .is_some_and(|sent| {
                        !AsRef::<str>::as_ref(found)
                            .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("issuer"));
                }
            }
            if !output
                .consents
                .iter()
                .all(|item| {
                    item.consent_id.is_some() || item.consent_group_id.is_some()
                        || item
                            .target
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .scope
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.parent_consent_id.is_some()
                        || item.selection_order.is_some()
                        || item
                            .display_mode
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.created.is_some() || !item.texts.is_empty()
                        || item.active.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.consents.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListOwnConsents {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_own_consents(&self.issuer, self.consent_group_id, self.only_active)
        }
        crate::operation::span!(
            "listOwnConsents", "GET", "/v1/customer/privacy/consents/{issuer}"
        );
    }
    /// Register that a consent was given or withdrawn.
    ///
    /// Client mode. The consent is named by its id, or by target and scope. If all three are given, they must agree.
    ///
    /// `POST /v1/client/customer/privacy/consentEvent`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisterConsentEvent {
        /// The body of the request.
        pub body: crate::types::ConsentEventRequest,
    }
    impl RegisterConsentEvent {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::ConsentEventRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(RegisterConsentEvent { body : nested });
    impl validate::Validate for RegisterConsentEvent {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for RegisterConsentEvent {}
    impl crate::operation::Operation for RegisterConsentEvent {
        type Output = crate::types::RegisteredConsentEvent;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "registerConsentEvent",
            group: "Consent",
            accessor: "consents",
            name: "register_event",
            summary: "Register that a consent was given or withdrawn.",
            method: "POST",
            path: "/v1/client/customer/privacy/consentEvent",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Integer, "consentId")
                        .description("The id of the consent.")
                        .format("int64")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "consentTarget")
                        .description("The target of the consent.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "consentScope")
                        .description("The scope of the consent.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "subject")
                        .description(
                            "The person or thing that a consent event is about. It is a customer number if the kind is CONNECT.",
                        )
                        .length(Some(1u64), Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "subjectType")
                        .description("The kind of the subject of a consent.")
                        .values(&["CONNECT", "CONNECTID", "EXTERNAL", "ORDER"], false)
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "source")
                        .description(
                            "The place where the consent was given or withdrawn.",
                        )
                        .length(None, Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Boolean, "action")
                        .description(
                            "True when the consent was given, false when it was withdrawn.",
                        ),
                    ParameterInfo::new(Location::Body, ValueKind::Integer, "eventTime")
                        .description("The time when it was given or withdrawn.")
                        .format("epoch-millis"),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "data")
                        .description("More data of the event, in Base64.")
                        .format("byte")
                        .length(None, Some(65536u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"consentId\":12,\"consentTarget\":\"newsletter\",\"consentScope\":\"daily\",\"subject\":\"563457\",\"subjectType\":\"CONNECT\",\"source\":\"my-page\",\"action\":true,\"eventTime\":1767222000000,\"data\":\"bXktcGFnZQ==\"}}",
            response_example: "{\"consentId\":12,\"subject\":\"563457\",\"subjectType\":\"CONNECT\",\"consentEventId\":501,\"created\":1767222000000,\"source\":\"my-page\",\"action\":true,\"childEvents\":[{\"consentEventId\":503,\"consentId\":13,\"created\":1767222000000,\"action\":true}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.subject {
                if Some(&self.body)
                    .and_then(|value| value.subject.as_ref())
                    .is_some_and(|sent| {
                        AsRef::<str>::as_ref(found) != AsRef::<str>::as_ref(sent)
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("subject"));
                }
            }
            if let Some(found) = &output.subject_type {
                if Some(&self.body)
                    .and_then(|value| value.subject_type.as_ref())
                    .is_some_and(|sent| {
                        !AsRef::<str>::as_ref(found)
                            .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("subjectType"));
                }
            }
            if let Some(found) = &output.action {
                if Some(&self.body)
                    .and_then(|value| value.action.as_ref())
                    .is_some_and(|sent| found != sent)
                {
                    return Err(crate::operation::Doubt::Mismatch("action"));
                }
            }
            if !(output.consent_event_id.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RegisterConsentEvent {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).register_consent_event(&self.body)
        }
        crate::operation::span!(
            "registerConsentEvent", "POST", "/v1/client/customer/privacy/consentEvent"
        );
    }
    /// List the contact channels of the logged-in customer that have a state for all enterprises.
    ///
    /// User mode. No channel in this list has a permission. The channels cannot be changed.
    ///
    /// `GET /v1/customer/pbm`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListGlobalPermissions {}
    impl ListGlobalPermissions {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(ListGlobalPermissions {});
    impl validate::Validate for ListGlobalPermissions {}
    impl crate::operation::UserOperation for ListGlobalPermissions {}
    impl crate::operation::Operation for ListGlobalPermissions {
        type Output = crate::types::ChannelPermissions;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listGlobalPermissions",
            group: "Permission/Shield",
            accessor: "permissions",
            name: "global",
            summary: "List the contact channels of the logged-in customer that have a state for all enterprises.",
            method: "GET",
            path: "/v1/customer/pbm",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["channels"],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"channels\":[{\"type\":\"shield\",\"value\":\"TM\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .channels
                .iter()
                .all(|item| {
                    item.type_.as_ref().is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .value
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.channels.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListGlobalPermissions {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_global_permissions()
        }
        crate::operation::span!("listGlobalPermissions", "GET", "/v1/customer/pbm");
    }
    /// List the contact channels that the logged-in customer has opened or closed to an enterprise.
    ///
    /// User mode.
    ///
    /// `GET /v1/customer/pbm/{enterpriseCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListEnterprisePermissions {
        /// The code of the enterprise.
        ///
        /// At most 12 characters.
        pub enterprise_code: crate::types::EnterpriseCode,
    }
    impl ListEnterprisePermissions {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(enterprise_code: crate::types::EnterpriseCode) -> Self {
            Self { enterprise_code }
        }
    }
    crate::wire::redact::redacting_debug!(
        ListEnterprisePermissions { enterprise_code : hidden }
    );
    impl validate::Validate for ListEnterprisePermissions {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "enterpriseCode",
                    Some(&self.enterprise_code),
                    &limits::ENTERPRISE_CODE,
                );
        }
    }
    impl crate::operation::UserOperation for ListEnterprisePermissions {}
    impl crate::operation::Operation for ListEnterprisePermissions {
        type Output = crate::types::ChannelPermissions;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listEnterprisePermissions",
            group: "Permission/Shield",
            accessor: "permissions",
            name: "enterprise",
            summary: "List the contact channels that the logged-in customer has opened or closed to an enterprise.",
            method: "GET",
            path: "/v1/customer/pbm/{enterpriseCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "enterpriseCode")
                    .description("The code of the enterprise.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["channels"],
            may_be_empty: false,
            request_example: "{\"enterpriseCode\":\"EXAMPLE\"}",
            response_example: "{\"channels\":[{\"type\":\"permission\",\"value\":\"DM\"},{\"type\":\"shield\",\"value\":\"TM\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .channels
                .iter()
                .all(|item| {
                    item.type_.as_ref().is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .value
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.channels.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListEnterprisePermissions {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_enterprise_permissions(&self.enterprise_code)
        }
        crate::operation::span!(
            "listEnterprisePermissions", "GET", "/v1/customer/pbm/{enterpriseCode}"
        );
    }
    /// List the purposes that the logged-in customer permits to an enterprise.
    ///
    /// User mode.
    ///
    /// `GET /v1/customer/privacy/{enterpriseCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListEnterprisePrivacy {
        /// The code of the enterprise.
        ///
        /// At most 12 characters.
        pub enterprise_code: crate::types::EnterpriseCode,
    }
    impl ListEnterprisePrivacy {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(enterprise_code: crate::types::EnterpriseCode) -> Self {
            Self { enterprise_code }
        }
    }
    crate::wire::redact::redacting_debug!(
        ListEnterprisePrivacy { enterprise_code : hidden }
    );
    impl validate::Validate for ListEnterprisePrivacy {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "enterpriseCode",
                    Some(&self.enterprise_code),
                    &limits::ENTERPRISE_CODE,
                );
            checks
                .reserved("enterpriseCode", self.enterprise_code.as_ref(), &["access"]);
        }
    }
    impl crate::operation::UserOperation for ListEnterprisePrivacy {}
    impl crate::operation::Operation for ListEnterprisePrivacy {
        type Output = crate::types::PrivacyPermissions;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listEnterprisePrivacy",
            group: "Privacy",
            accessor: "privacy",
            name: "enterprise",
            summary: "List the purposes that the logged-in customer permits to an enterprise.",
            method: "GET",
            path: "/v1/customer/privacy/{enterpriseCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "enterpriseCode")
                    .description("The code of the enterprise.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["permission"],
            may_be_empty: false,
            request_example: "{\"enterpriseCode\":\"EXAMPLE\"}",
            response_example: "{\"permission\":[{\"purpose\":\"DM\"},{\"purpose\":\"EM\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .permission
                .iter()
                .all(|item| {
                    item.purpose.as_ref().is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.permission.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListEnterprisePrivacy {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_enterprise_privacy(&self.enterprise_code)
        }
        crate::operation::span!(
            "listEnterprisePrivacy", "GET", "/v1/customer/privacy/{enterpriseCode}"
        );
    }
    /// Change the purposes that the logged-in customer permits to an enterprise.
    ///
    /// User mode. The response has the purposes as they were sent.
    ///
    /// `POST /v1/customer/privacy/{enterpriseCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ChangeEnterprisePrivacy {
        /// The code of the enterprise.
        ///
        /// At most 12 characters.
        pub enterprise_code: crate::types::EnterpriseCode,
        /// The body of the request.
        pub body: crate::types::PrivacyChangeRequest,
    }
    impl ChangeEnterprisePrivacy {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(
            enterprise_code: crate::types::EnterpriseCode,
            body: crate::types::PrivacyChangeRequest,
        ) -> Self {
            Self { enterprise_code, body }
        }
    }
    crate::wire::redact::redacting_debug!(
        ChangeEnterprisePrivacy { enterprise_code : hidden, body : nested }
    );
    impl validate::Validate for ChangeEnterprisePrivacy {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "enterpriseCode",
                    Some(&self.enterprise_code),
                    &limits::ENTERPRISE_CODE,
                );
            checks
                .reserved("enterpriseCode", self.enterprise_code.as_ref(), &["access"]);
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for ChangeEnterprisePrivacy {}
    impl crate::operation::Operation for ChangeEnterprisePrivacy {
        type Output = crate::types::PrivacyPermissions;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "changeEnterprisePrivacy",
            group: "Privacy",
            accessor: "privacy",
            name: "change_enterprise",
            summary: "Change the purposes that the logged-in customer permits to an enterprise.",
            method: "POST",
            path: "/v1/customer/privacy/{enterpriseCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "enterpriseCode")
                    .description("The code of the enterprise.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Json, "permission")
                        .description("The purposes.")
                        .required()
                        .repeated(),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["permission"],
            may_be_empty: false,
            request_example: "{\"enterpriseCode\":\"EXAMPLE\",\"body\":{\"permission\":[{\"purpose\":\"DM\"},{\"purpose\":\"EM\"}]}}",
            response_example: "{\"permission\":[{\"purpose\":\"DM\"},{\"purpose\":\"EM\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .permission
                .iter()
                .all(|item| {
                    item.purpose.as_ref().is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.permission.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ChangeEnterprisePrivacy {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .change_enterprise_privacy(&self.enterprise_code, &self.body)
        }
        crate::operation::span!(
            "changeEnterprisePrivacy", "POST", "/v1/customer/privacy/{enterpriseCode}"
        );
    }
    /// Complain about an issue for the logged-in user.
    ///
    /// User mode. The response has the complaints of the product, and a list of actions.
    ///
    /// `POST /v1/product/delivery/complaint`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisterComplaint {
        /// The body of the request.
        pub body: crate::types::ComplaintRequest,
    }
    impl RegisterComplaint {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::ComplaintRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(RegisterComplaint { body : nested });
    impl validate::Validate for RegisterComplaint {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for RegisterComplaint {}
    impl crate::operation::Operation for RegisterComplaint {
        type Output = crate::types::ComplaintList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "registerComplaint",
            group: "Complaint",
            accessor: "complaints",
            name: "register",
            summary: "Complain about an issue for the logged-in user.",
            method: "POST",
            path: "/v1/product/delivery/complaint",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "product")
                        .description("The code of a product.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "issue")
                        .description("The issue, such as 2026-63.")
                        .required()
                        .length(Some(1u64), Some(10u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "complaintAction",
                        )
                        .description("The code of the requested action, such as 14.")
                        .required()
                        .length(Some(1u64), Some(2u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "createPostDistribution",
                        )
                        .description(
                            "True to request a later distribution of the issue, judging by the field's name.",
                        )
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["complaints", "complaintActions"],
            may_be_empty: false,
            request_example: "{\"body\":{\"product\":\"CO27409\",\"issue\":\"2026-63\",\"complaintAction\":\"14\",\"createPostDistribution\":false}}",
            response_example: "{\"product\":\"CO27409\",\"complaintActions\":[{\"complaintAction\":\"14\",\"description\":\"The issue did not arrive\"}],\"complaints\":[{\"issue\":\"2026-63\",\"complaintAction\":\"14\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.product {
                if Some(&self.body)
                    .and_then(|value| value.product.as_ref())
                    .is_some_and(|sent| {
                        !AsRef::<str>::as_ref(found)
                            .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("product"));
                }
            }
            if !(output.product.as_ref().is_some_and(|found| !found.as_str().is_empty())
                || !output.complaint_actions.is_empty() || !output.complaints.is_empty())
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RegisterComplaint {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).register_complaint(&self.body)
        }
        crate::operation::span!(
            "registerComplaint", "POST", "/v1/product/delivery/complaint"
        );
    }
    /// List the complaints of the logged-in user about a product.
    ///
    /// User mode. The response also has a list of actions.
    ///
    /// `GET /v1/product/delivery/complaint/{product}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListComplaints {
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product: crate::wire::ProductCode,
    }
    impl ListComplaints {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(product: crate::wire::ProductCode) -> Self {
            Self { product }
        }
    }
    crate::wire::redact::redacting_debug!(ListComplaints { product : hidden });
    impl validate::Validate for ListComplaints {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("product", Some(&self.product), &limits::PRODUCT_CODE);
        }
    }
    impl crate::operation::UserOperation for ListComplaints {}
    impl crate::operation::Operation for ListComplaints {
        type Output = crate::types::ComplaintList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listComplaints",
            group: "Complaint",
            accessor: "complaints",
            name: "of_product",
            summary: "List the complaints of the logged-in user about a product.",
            method: "GET",
            path: "/v1/product/delivery/complaint/{product}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "product")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["complaints", "complaintActions"],
            may_be_empty: false,
            request_example: "{\"product\":\"CO27409\"}",
            response_example: "{\"product\":\"CO27409\",\"complaintActions\":[{\"complaintAction\":\"14\",\"description\":\"The issue did not arrive\"}],\"complaints\":[{\"issue\":\"2026-63\",\"complaintAction\":\"14\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.product {
                if Some(&self.product)
                    .is_some_and(|sent| {
                        !AsRef::<str>::as_ref(found)
                            .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("product"));
                }
            }
            if !(output.product.as_ref().is_some_and(|found| !found.as_str().is_empty())
                || !output.complaint_actions.is_empty() || !output.complaints.is_empty())
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListComplaints {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_complaints(&self.product)
        }
        crate::operation::span!(
            "listComplaints", "GET", "/v1/product/delivery/complaint/{product}"
        );
    }
    /// List the delivery stops of the logged-in user for a product.
    ///
    /// User mode.
    ///
    /// `GET /v1/product/stop/delivery/{productCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListOwnDeliveryStops {
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product_code: crate::wire::ProductCode,
    }
    impl ListOwnDeliveryStops {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(product_code: crate::wire::ProductCode) -> Self {
            Self { product_code }
        }
    }
    crate::wire::redact::redacting_debug!(
        ListOwnDeliveryStops { product_code : hidden }
    );
    impl validate::Validate for ListOwnDeliveryStops {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productCode", Some(&self.product_code), &limits::PRODUCT_CODE);
        }
    }
    impl crate::operation::UserOperation for ListOwnDeliveryStops {}
    impl crate::operation::Operation for ListOwnDeliveryStops {
        type Output = crate::types::DeliveryStopList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listOwnDeliveryStops",
            group: "DeliveryStop",
            accessor: "delivery_stops",
            name: "own",
            summary: "List the delivery stops of the logged-in user for a product.",
            method: "GET",
            path: "/v1/product/stop/delivery/{productCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "productCode")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["deliveryStops"],
            may_be_empty: false,
            request_example: "{\"productCode\":\"CO27409\"}",
            response_example: "{\"deliveryStops\":[{\"id\":412,\"product\":\"CO27409\",\"stopTime\":1782856800000,\"stopEndTime\":1784066400000,\"stopType\":\"temporary\",\"deliveryStopChannel\":\"EMAIL\",\"deliveryStopReason\":\"BS\"},{\"id\":413,\"product\":\"CO27409\",\"stopTime\":1790805600000,\"stopEndTime\":1791410400000,\"stopType\":\"temporary\",\"deliveryStopChannel\":\"BS\",\"deliveryStopReason\":\"CS\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            for found in &output.delivery_stops {
                if let Some(found) = &found.product {
                    if Some(&self.product_code)
                        .is_some_and(|sent| {
                            !AsRef::<str>::as_ref(found)
                                .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                        })
                    {
                        return Err(
                            crate::operation::Doubt::Mismatch("deliveryStops[].product"),
                        );
                    }
                }
            }
            if !output
                .delivery_stops
                .iter()
                .all(|item| {
                    item.id.is_some()
                        || item
                            .product
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.stop_time.is_some() || item.stop_end_time.is_some()
                        || item
                            .stop_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .delivery_stop_channel
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .delivery_stop_reason
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.delivery_stops.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListOwnDeliveryStops {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_own_delivery_stops(&self.product_code)
        }
        crate::operation::span!(
            "listOwnDeliveryStops", "GET", "/v1/product/stop/delivery/{productCode}"
        );
    }
    /// Stop the delivery of a product to the logged-in user.
    ///
    /// User mode. The response lists the delivery stops.
    ///
    /// `POST /v1/product/stop/delivery`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisterDeliveryStop {
        /// The body of the request.
        pub body: crate::types::DeliveryStopRequest,
    }
    impl RegisterDeliveryStop {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::DeliveryStopRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(RegisterDeliveryStop { body : nested });
    impl validate::Validate for RegisterDeliveryStop {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for RegisterDeliveryStop {}
    impl crate::operation::Operation for RegisterDeliveryStop {
        type Output = crate::types::DeliveryStopList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "registerDeliveryStop",
            group: "DeliveryStop",
            accessor: "delivery_stops",
            name: "register",
            summary: "Stop the delivery of a product to the logged-in user.",
            method: "POST",
            path: "/v1/product/stop/delivery",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "deliveryStop.id",
                        )
                        .description("The id of the stop.")
                        .format("int64"),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "deliveryStop.product",
                        )
                        .description("The code of a product.")
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "deliveryStop.stopTime",
                        )
                        .description("The start of the stop, in milliseconds.")
                        .format("epoch-millis"),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "deliveryStop.stopEndTime",
                        )
                        .description("The end of the stop, in milliseconds.")
                        .format("epoch-millis"),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "deliveryStop.stopType",
                        )
                        .description(
                            "The type of a delivery stop, which is temporary or permanent.",
                        )
                        .values(&["temporary", "permanent"], true),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "deliveryStop.deliveryStopChannel",
                        )
                        .description(
                            "The channel of the order, such as EMAIL, judging by the field's name.",
                        )
                        .length(None, Some(40u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "deliveryStop.deliveryStopReason",
                        )
                        .description("The code of the reason, such as BS.")
                        .length(None, Some(40u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["deliveryStops"],
            may_be_empty: false,
            request_example: "{\"body\":{\"deliveryStop\":{\"product\":\"CO27409\",\"stopTime\":1782856800000,\"stopEndTime\":1784066400000,\"stopType\":\"temporary\",\"deliveryStopChannel\":\"EMAIL\",\"deliveryStopReason\":\"BS\"}}}",
            response_example: "{\"deliveryStops\":[{\"id\":412,\"product\":\"CO27409\",\"stopTime\":1782856800000,\"stopEndTime\":1784066400000,\"stopType\":\"temporary\",\"deliveryStopChannel\":\"EMAIL\",\"deliveryStopReason\":\"BS\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .delivery_stops
                .iter()
                .all(|item| {
                    item.id.is_some()
                        || item
                            .product
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.stop_time.is_some() || item.stop_end_time.is_some()
                        || item
                            .stop_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .delivery_stop_channel
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .delivery_stop_reason
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.delivery_stops.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RegisterDeliveryStop {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).register_delivery_stop(&self.body)
        }
        crate::operation::span!(
            "registerDeliveryStop", "POST", "/v1/product/stop/delivery"
        );
    }
    /// Remove a delivery stop of the logged-in user.
    ///
    /// User mode. Only a stop that has not begun can be removed. The response lists those that remain.
    ///
    /// `POST /v1/product/stop/delivery/delete/{id}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RemoveDeliveryStop {
        /// The id of the delivery stop.
        pub id: i64,
    }
    impl RemoveDeliveryStop {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(id: i64) -> Self {
            Self { id }
        }
    }
    crate::wire::redact::redacting_debug!(RemoveDeliveryStop { id : hidden });
    impl validate::Validate for RemoveDeliveryStop {}
    impl crate::operation::UserOperation for RemoveDeliveryStop {}
    impl crate::operation::Operation for RemoveDeliveryStop {
        type Output = crate::types::DeliveryStopList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "removeDeliveryStop",
            group: "DeliveryStop",
            accessor: "delivery_stops",
            name: "remove",
            summary: "Remove a delivery stop of the logged-in user.",
            method: "POST",
            path: "/v1/product/stop/delivery/delete/{id}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "id")
                    .description("The id of the delivery stop.")
                    .required()
                    .format("int64"),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["deliveryStops"],
            may_be_empty: false,
            request_example: "{\"id\":412}",
            response_example: "{\"deliveryStops\":[{\"id\":413,\"product\":\"CO27409\",\"stopTime\":1790805600000,\"stopEndTime\":1791410400000,\"stopType\":\"temporary\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .delivery_stops
                .iter()
                .all(|item| {
                    item.id.is_some()
                        || item
                            .product
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.stop_time.is_some() || item.stop_end_time.is_some()
                        || item
                            .stop_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .delivery_stop_channel
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .delivery_stop_reason
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.delivery_stops.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RemoveDeliveryStop {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).remove_delivery_stop(self.id)
        }
        crate::operation::span!(
            "removeDeliveryStop", "POST", "/v1/product/stop/delivery/delete/{id}"
        );
    }
    /// List the issues of a product that were sent to the logged-in user.
    ///
    /// User mode.
    ///
    /// `GET /v1/customer/issues/{productCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListOwnDistributedIssues {
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product_code: crate::wire::ProductCode,
    }
    impl ListOwnDistributedIssues {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(product_code: crate::wire::ProductCode) -> Self {
            Self { product_code }
        }
    }
    crate::wire::redact::redacting_debug!(
        ListOwnDistributedIssues { product_code : hidden }
    );
    impl validate::Validate for ListOwnDistributedIssues {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productCode", Some(&self.product_code), &limits::PRODUCT_CODE);
        }
    }
    impl crate::operation::UserOperation for ListOwnDistributedIssues {}
    impl crate::operation::Operation for ListOwnDistributedIssues {
        type Output = crate::types::DistributedIssueList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listOwnDistributedIssues",
            group: "Issue",
            accessor: "issues",
            name: "own_distributed",
            summary: "List the issues of a product that were sent to the logged-in user.",
            method: "GET",
            path: "/v1/customer/issues/{productCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "productCode")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["deliveredIssues"],
            may_be_empty: false,
            request_example: "{\"productCode\":\"CO27409\"}",
            response_example: "{\"deliveredIssues\":[{\"issue\":\"2026-02\",\"distributedDate\":1769900400000},{\"issue\":\"2026-01\",\"distributedDate\":1767567600000}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .delivered_issues
                .iter()
                .all(|item| {
                    item.issue.as_ref().is_some_and(|found| !found.as_str().is_empty())
                        || item.distributed_date.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.delivered_issues.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListOwnDistributedIssues {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_own_distributed_issues(&self.product_code)
        }
        crate::operation::span!(
            "listOwnDistributedIssues", "GET", "/v1/customer/issues/{productCode}"
        );
    }
    /// List the issues of a product.
    ///
    /// Client mode. Without `from` and `to`, upstream lists one year from now, and all issues of a series product. With only `from`, it lists the year from that day. With only `to`, it lists the year before that day.
    ///
    /// `GET /v1/client/issues/{productId}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListIssuesOfProduct {
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product_id: crate::wire::ProductCode,
        /// The first day.
        #[serde(default)]
        pub from: ::std::option::Option<crate::wire::Date>,
        /// The last day.
        #[serde(default)]
        pub to: ::std::option::Option<crate::wire::Date>,
    }
    impl ListIssuesOfProduct {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(product_id: crate::wire::ProductCode) -> Self {
            Self {
                product_id,
                from: ::std::default::Default::default(),
                to: ::std::default::Default::default(),
            }
        }
        /// Sets `from`.
        ///
        /// The first day.
        #[must_use]
        pub fn with_from(mut self, from: crate::wire::Date) -> Self {
            self.from = Some(from.into());
            self
        }
        /// Sets `to`.
        ///
        /// The last day.
        #[must_use]
        pub fn with_to(mut self, to: crate::wire::Date) -> Self {
            self.to = Some(to.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListIssuesOfProduct { product_id : hidden, from : present, to : present }
    );
    impl validate::Validate for ListIssuesOfProduct {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productId", Some(&self.product_id), &limits::PRODUCT_CODE);
            checks
                .text(
                    "from",
                    self.from.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
            checks
                .text(
                    "to",
                    self.to.as_ref(),
                    &validate::at_least(0).in_form(validate::Format::Date),
                );
        }
    }
    impl crate::operation::ClientOperation for ListIssuesOfProduct {}
    impl crate::operation::Operation for ListIssuesOfProduct {
        type Output = crate::types::ProductIssueList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listIssuesOfProduct",
            group: "Issue",
            accessor: "issues",
            name: "of_product",
            summary: "List the issues of a product.",
            method: "GET",
            path: "/v1/client/issues/{productId}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "productId")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "from")
                    .description("The first day.")
                    .format("date")
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "to")
                    .description("The last day.")
                    .format("date")
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["issues"],
            may_be_empty: false,
            request_example: "{\"productId\":\"CO27409\",\"from\":\"2026-01-01\",\"to\":\"2026-12-31\"}",
            response_example: "{\"issues\":[{\"productId\":\"CO27409\",\"productType\":\"subscription\",\"subscriptionIssues\":[{\"issue\":\"2026-01\",\"publicationDate\":1767567600000,\"distributionPlannedDate\":1767481200000,\"distributionDate\":1767567600000},{\"issue\":\"2026-02\",\"publicationDate\":1769900400000,\"distributionPlannedDate\":1769814000000}]}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            for found in &output.issues {
                if let Some(found) = &found.product_id {
                    if Some(&self.product_id)
                        .is_some_and(|sent| {
                            !AsRef::<str>::as_ref(found)
                                .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                        })
                    {
                        return Err(
                            crate::operation::Doubt::Mismatch("issues[].productId"),
                        );
                    }
                }
            }
            if !output
                .issues
                .iter()
                .all(|item| {
                    item
                        .product_id
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || !item.subscription_issues.is_empty()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.issues.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListIssuesOfProduct {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_issues_of_product(
                    &self.product_id,
                    self.from.as_ref(),
                    self.to.as_ref(),
                )
        }
        crate::operation::span!(
            "listIssuesOfProduct", "GET", "/v1/client/issues/{productId}"
        );
    }
    /// List the products.
    ///
    /// Client mode.
    ///
    /// `GET /v1/client/product`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListProducts {
        /// Only the product of this code.
        ///
        /// At most 12 characters.
        #[serde(default)]
        pub product_id: ::std::option::Option<crate::wire::ProductCode>,
        /// True for the products of the web shop.
        #[serde(default)]
        pub shop: ::std::option::Option<bool>,
    }
    impl ListProducts {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {
                product_id: ::std::default::Default::default(),
                shop: ::std::default::Default::default(),
            }
        }
        /// Sets `product_id`.
        ///
        /// Only the product of this code.
        ///
        /// At most 12 characters.
        #[must_use]
        pub fn with_product_id(mut self, product_id: crate::wire::ProductCode) -> Self {
            self.product_id = Some(product_id.into());
            self
        }
        /// Sets `shop`.
        ///
        /// True for the products of the web shop.
        #[must_use]
        pub fn with_shop(mut self, shop: impl ::std::convert::Into<bool>) -> Self {
            self.shop = Some(shop.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListProducts { product_id : present, shop : present }
    );
    impl validate::Validate for ListProducts {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productId", self.product_id.as_ref(), &limits::PRODUCT_CODE);
        }
    }
    impl crate::operation::ClientOperation for ListProducts {}
    impl crate::operation::Operation for ListProducts {
        type Output = crate::types::ProductList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listProducts",
            group: "Product",
            accessor: "products",
            name: "list",
            summary: "List the products.",
            method: "GET",
            path: "/v1/client/product",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Query, ValueKind::Text, "productId")
                    .description("Only the product of this code.")
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Boolean, "shop")
                    .description("True for the products of the web shop.")
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["products"],
            may_be_empty: false,
            request_example: "{\"productId\":\"CO27409\",\"shop\":true}",
            response_example: "{\"products\":[{\"companyCode\":\"FCO\",\"product\":\"CO27409\",\"description\":\"The Example\",\"productType\":\"subscription\",\"currency\":\"NOK\",\"webOfferPrice\":295,\"retailPrice\":349,\"vatPercent\":25,\"digital\":true,\"startTime\":1767222000000}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .products
                .iter()
                .all(|item| {
                    item
                        .company_code
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .description
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.weight.is_some()
                        || item
                            .currency
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.web_offer_price.is_some() || item.retail_price.is_some()
                        || item.vat_percent.is_some() || item.digital.is_some()
                        || item.start_time.is_some() || item.end_time.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.products.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListProducts {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_products(self.product_id.as_ref(), self.shop)
        }
        crate::operation::span!("listProducts", "GET", "/v1/client/product");
    }
    /// List the products that match a filter.
    ///
    /// Client mode.
    ///
    /// `POST /v1/client/product`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct FilterProducts {
        /// True for the products of the web shop.
        #[serde(default)]
        pub shop: ::std::option::Option<bool>,
        /// The body of the request.
        pub body: crate::types::ProductFilterRequest,
    }
    impl FilterProducts {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::ProductFilterRequest) -> Self {
            Self {
                body,
                shop: ::std::default::Default::default(),
            }
        }
        /// Sets `shop`.
        ///
        /// True for the products of the web shop.
        #[must_use]
        pub fn with_shop(mut self, shop: impl ::std::convert::Into<bool>) -> Self {
            self.shop = Some(shop.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        FilterProducts { shop : present, body : nested }
    );
    impl validate::Validate for FilterProducts {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for FilterProducts {}
    impl crate::operation::Operation for FilterProducts {
        type Output = crate::types::ProductList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "filterProducts",
            group: "Product",
            accessor: "products",
            name: "filter",
            summary: "List the products that match a filter.",
            method: "POST",
            path: "/v1/client/product",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Query, ValueKind::Boolean, "shop")
                    .description("True for the products of the web shop.")
                    .sensitivity(Sensitivity::None),
            ],
            body: Some(
                &[
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "changedAfter",
                        )
                        .description("Only products that were changed after this time.")
                        .format("epoch-millis")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Boolean, "onlyActive")
                        .description(
                            "True for products that are available now, between their start and end.",
                        )
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["products"],
            may_be_empty: false,
            request_example: "{\"shop\":true,\"body\":{\"changedAfter\":1767222000000,\"onlyActive\":true}}",
            response_example: "{\"products\":[{\"companyCode\":\"FCO\",\"product\":\"CO27409\",\"description\":\"The Example\",\"productType\":\"subscription\",\"currency\":\"NOK\",\"webOfferPrice\":295,\"retailPrice\":349,\"vatPercent\":25,\"digital\":true,\"startTime\":1767222000000}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .products
                .iter()
                .all(|item| {
                    item
                        .company_code
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .description
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.weight.is_some()
                        || item
                            .currency
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.web_offer_price.is_some() || item.retail_price.is_some()
                        || item.vat_percent.is_some() || item.digital.is_some()
                        || item.start_time.is_some() || item.end_time.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.products.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for FilterProducts {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).filter_products(self.shop, &self.body)
        }
        crate::operation::span!("filterProducts", "POST", "/v1/client/product");
    }
    /// List the products of a type.
    ///
    /// Client mode.
    ///
    /// `GET /v1/client/product/{productType}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListProductsOfType {
        /// The type, such as subscription.
        ///
        /// At most 12 characters.
        pub product_type: ::std::string::String,
        /// Only the product of this code.
        ///
        /// At most 12 characters.
        #[serde(default)]
        pub product_id: ::std::option::Option<crate::wire::ProductCode>,
    }
    impl ListProductsOfType {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(product_type: ::std::string::String) -> Self {
            Self {
                product_type,
                product_id: ::std::default::Default::default(),
            }
        }
        /// Sets `product_id`.
        ///
        /// Only the product of this code.
        ///
        /// At most 12 characters.
        #[must_use]
        pub fn with_product_id(mut self, product_id: crate::wire::ProductCode) -> Self {
            self.product_id = Some(product_id.into());
            self
        }
    }
    crate::wire::redact::redacting_debug!(
        ListProductsOfType { product_type : hidden, product_id : present }
    );
    impl validate::Validate for ListProductsOfType {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks
                .text(
                    "productType",
                    Some(&self.product_type),
                    &validate::length(1, 12).in_form(validate::Format::PathSegment),
                );
            checks.text("productId", self.product_id.as_ref(), &limits::PRODUCT_CODE);
        }
    }
    impl crate::operation::ClientOperation for ListProductsOfType {}
    impl crate::operation::Operation for ListProductsOfType {
        type Output = crate::types::ProductList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listProductsOfType",
            group: "Product",
            accessor: "products",
            name: "of_type",
            summary: "List the products of a type.",
            method: "GET",
            path: "/v1/client/product/{productType}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "productType")
                    .description("The type, such as subscription.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
                ParameterInfo::new(Location::Query, ValueKind::Text, "productId")
                    .description("Only the product of this code.")
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["products"],
            may_be_empty: false,
            request_example: "{\"productType\":\"subscription\",\"productId\":\"CO27409\"}",
            response_example: "{\"products\":[{\"companyCode\":\"FCO\",\"product\":\"CO27409\",\"description\":\"The Example\",\"productType\":\"subscription\",\"currency\":\"NOK\",\"webOfferPrice\":295,\"retailPrice\":349,\"vatPercent\":25,\"digital\":true,\"startTime\":1767222000000}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .products
                .iter()
                .all(|item| {
                    item
                        .company_code
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .description
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .product_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.weight.is_some()
                        || item
                            .currency
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.web_offer_price.is_some() || item.retail_price.is_some()
                        || item.vat_percent.is_some() || item.digital.is_some()
                        || item.start_time.is_some() || item.end_time.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.products.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListProductsOfType {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection)
                .list_products_of_type(&self.product_type, self.product_id.as_ref())
        }
        crate::operation::span!(
            "listProductsOfType", "GET", "/v1/client/product/{productType}"
        );
    }
    /// Invite someone to share a subscription of the logged-in user.
    ///
    /// User mode. Upstream reports a failure with a success status of HTTP. Check the status in the body.
    ///
    /// `POST /v1/subscription/share/invitation`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct SendShareInvitation {
        /// The body of the request.
        pub body: crate::types::ShareInvitationRequest,
    }
    impl SendShareInvitation {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::ShareInvitationRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(SendShareInvitation { body : nested });
    impl validate::Validate for SendShareInvitation {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for SendShareInvitation {}
    impl crate::operation::Operation for SendShareInvitation {
        type Output = crate::types::ShareResult;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "sendShareInvitation",
            group: "Sharing",
            accessor: "sharing",
            name: "invite",
            summary: "Invite someone to share a subscription of the logged-in user.",
            method: "POST",
            path: "/v1/subscription/share/invitation",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "contact")
                        .description(
                            "An e-mail address or a phone number in E.164 form.",
                        )
                        .required()
                        .length(Some(1u64), Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "contactType")
                        .description("The kind of a contact.")
                        .required()
                        .values(&["A_EMAIL", "B_PHONENUMBER"], false)
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "productCode")
                        .description("The code of a product.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "firstName")
                        .description("First name.")
                        .length(None, Some(30u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "lastName")
                        .description("Last name.")
                        .length(None, Some(30u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"contact\":\"kari.nordmann@example.com\",\"contactType\":\"A_EMAIL\",\"productCode\":\"CO27409\",\"firstName\":\"Kari\",\"lastName\":\"Nordmann\"}}",
            response_example: "{\"status\":\"SHARE_OK\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.status.as_ref().is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for SendShareInvitation {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).send_share_invitation(&self.body)
        }
        crate::operation::span!(
            "sendShareInvitation", "POST", "/v1/subscription/share/invitation"
        );
    }
    /// Decline an invitation to share a subscription.
    ///
    /// Client mode. Upstream reports a failure with a success status of HTTP. Check the status in the body. Its values are documented for invitations only. Upstream's sample of this response has `5`, which is none of them, so do not treat an unknown status as a failure.
    ///
    /// `PATCH /v1/client/subscription/share/invitation`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct DeclineShareInvitation {
        /// The body of the request.
        pub body: crate::types::ShareDeclineRequest,
    }
    impl DeclineShareInvitation {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::ShareDeclineRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(DeclineShareInvitation { body : nested });
    impl validate::Validate for DeclineShareInvitation {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for DeclineShareInvitation {}
    impl crate::operation::Operation for DeclineShareInvitation {
        type Output = crate::types::ShareResult;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "declineShareInvitation",
            group: "Sharing",
            accessor: "sharing",
            name: "decline",
            summary: "Decline an invitation to share a subscription.",
            method: "PATCH",
            path: "/v1/client/subscription/share/invitation",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "shareCode")
                        .description(
                            "The code of a share. Anyone with the code can accept or decline the share.",
                        )
                        .required()
                        .length(Some(1u64), Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "changeType")
                        .description("The change.")
                        .required()
                        .values(&["DECLINE"], false)
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"shareCode\":\"S-4711\",\"changeType\":\"DECLINE\"}}",
            response_example: "{\"status\":\"REQUEST_DECLINED\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.status.as_ref().is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for DeclineShareInvitation {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).decline_share_invitation(&self.body)
        }
        crate::operation::span!(
            "declineShareInvitation", "PATCH", "/v1/client/subscription/share/invitation"
        );
    }
    /// Cancel the sharing of a subscription.
    ///
    /// User mode. Upstream reports a failure with a success status of HTTP. Check the status in the body. Its values are documented for invitations only; upstream's sample of this response has `SHARING_ENDED`.
    ///
    /// `PATCH /v1/subscription/share`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CancelSharing {
        /// The body of the request.
        pub body: crate::types::ShareCancelRequest,
    }
    impl CancelSharing {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::ShareCancelRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(CancelSharing { body : nested });
    impl validate::Validate for CancelSharing {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for CancelSharing {}
    impl crate::operation::Operation for CancelSharing {
        type Output = crate::types::ShareResult;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "cancelSharing",
            group: "Sharing",
            accessor: "sharing",
            name: "cancel",
            summary: "Cancel the sharing of a subscription.",
            method: "PATCH",
            path: "/v1/subscription/share",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "shareCode")
                        .description(
                            "The code of a share. Anyone with the code can accept or decline the share.",
                        )
                        .required()
                        .length(Some(1u64), Some(255u64))
                        .sensitivity(Sensitivity::Secret),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "changeType")
                        .description("The change.")
                        .required()
                        .values(&["CANCEL"], true)
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"shareCode\":\"S-4711\",\"changeType\":\"CANCEL\"}}",
            response_example: "{\"status\":\"SHARING_ENDED\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.status.as_ref().is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for CancelSharing {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).cancel_sharing(&self.body)
        }
        crate::operation::span!("cancelSharing", "PATCH", "/v1/subscription/share");
    }
    /// List the sharing rules of a product.
    ///
    /// User mode.
    ///
    /// `GET /v1/customer/product/share/rule/{productCode}`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListShareRules {
        /// The code of the product.
        ///
        /// At most 12 characters.
        pub product_code: crate::wire::ProductCode,
    }
    impl ListShareRules {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(product_code: crate::wire::ProductCode) -> Self {
            Self { product_code }
        }
    }
    crate::wire::redact::redacting_debug!(ListShareRules { product_code : hidden });
    impl validate::Validate for ListShareRules {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            checks.text("productCode", Some(&self.product_code), &limits::PRODUCT_CODE);
        }
    }
    impl crate::operation::UserOperation for ListShareRules {}
    impl crate::operation::Operation for ListShareRules {
        type Output = crate::types::ShareRuleList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listShareRules",
            group: "Sharing",
            accessor: "sharing",
            name: "rules",
            summary: "List the sharing rules of a product.",
            method: "GET",
            path: "/v1/customer/product/share/rule/{productCode}",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Text, "productCode")
                    .description("The code of the product.")
                    .required()
                    .format("path-segment")
                    .length(Some(1u64), Some(12u64))
                    .sensitivity(Sensitivity::None),
            ],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["customerProductShareRules"],
            may_be_empty: false,
            request_example: "{\"productCode\":\"CO27409\"}",
            response_example: "{\"customerProductShareRules\":[{\"productCode\":\"CO27409\",\"shareType\":\"A\",\"shareCount\":4}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            for found in &output.customer_product_share_rules {
                if let Some(found) = &found.product_code {
                    if Some(&self.product_code)
                        .is_some_and(|sent| {
                            !AsRef::<str>::as_ref(found)
                                .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                        })
                    {
                        return Err(
                            crate::operation::Doubt::Mismatch(
                                "customerProductShareRules[].productCode",
                            ),
                        );
                    }
                }
            }
            if !output
                .customer_product_share_rules
                .iter()
                .all(|item| {
                    item
                        .product_code
                        .as_ref()
                        .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .share_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.share_count.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.customer_product_share_rules.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListShareRules {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_share_rules(&self.product_code)
        }
        crate::operation::span!(
            "listShareRules", "GET", "/v1/customer/product/share/rule/{productCode}"
        );
    }
    /// List the subscriptions of the logged-in user.
    ///
    /// User mode. The list may be empty. According to third-party clients, a start is 00:00:00 of the first day, and stays the same while the subscription is paid. An end is 23:59:59 of the last paid day, or of the publication day of the last received issue, whichever is later.
    ///
    /// `GET /v1/subscription`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListOwnSubscriptions {}
    impl ListOwnSubscriptions {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(ListOwnSubscriptions {});
    impl validate::Validate for ListOwnSubscriptions {}
    impl crate::operation::UserOperation for ListOwnSubscriptions {}
    impl crate::operation::Operation for ListOwnSubscriptions {
        type Output = crate::types::SubscriptionList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listOwnSubscriptions",
            group: "Subscription",
            accessor: "subscriptions",
            name: "own",
            summary: "List the subscriptions of the logged-in user.",
            method: "GET",
            path: "/v1/subscription",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["subscriptions"],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"subscriptions\":[{\"product\":\"CO27409\",\"stopped\":false,\"startTime\":1767222000000,\"endTime\":1798757999000,\"paid\":true,\"priceDetails\":{\"couponCode\":\"DataNews\",\"couponNumber\":27,\"discountfromfullsm\":0,\"promotion\":\"NC\",\"promotionCategory\":\"NORHE\",\"categoryType\":\"\"},\"shareable\":true,\"shareType\":\"NETS\",\"salesPerson\":\"Kari Nordmann\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .subscriptions
                .iter()
                .all(|item| {
                    item.product.as_ref().is_some_and(|found| !found.as_str().is_empty())
                        || item.stopped.is_some() || item.start_time.is_some()
                        || item.end_time.is_some() || item.paid.is_some()
                        || item
                            .price_details
                            .as_ref()
                            .is_some_and(|found| {
                                *found != ::std::default::Default::default()
                            }) || item.shareable.is_some() || item.sharable.is_some()
                        || item
                            .share_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .sales_person
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .distribution_level
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.product_delivery_plan_id.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.subscriptions.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListOwnSubscriptions {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_own_subscriptions()
        }
        crate::operation::span!("listOwnSubscriptions", "GET", "/v1/subscription");
    }
    /// Start a subscription for the logged-in user.
    ///
    /// User mode. Upstream does not document the required fields. Check the status in the response; only OK is known.
    ///
    /// `POST /v1/subscription`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct StartSubscription {
        /// The body of the request.
        pub body: crate::types::SubscriptionRequest,
    }
    impl StartSubscription {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::SubscriptionRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(StartSubscription { body : nested });
    impl validate::Validate for StartSubscription {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for StartSubscription {}
    impl crate::operation::Operation for StartSubscription {
        type Output = crate::types::SubscriptionStart;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "startSubscription",
            group: "Subscription",
            accessor: "subscriptions",
            name: "start",
            summary: "Start a subscription for the logged-in user.",
            method: "POST",
            path: "/v1/subscription",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "companyCode")
                        .description(
                            "The code of the company that publishes the product.",
                        )
                        .length(None, Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "product")
                        .description("The code of a product.")
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Integer, "startTime")
                        .description("The start.")
                        .format("epoch-millis")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Integer, "endTime")
                        .description("The end.")
                        .format("epoch-millis")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "copies")
                        .description("The number of copies.")
                        .length(None, Some(10u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "couponCode")
                        .description("The code of the coupon.")
                        .length(None, Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "couponNumber",
                        )
                        .description("The number of the coupon.")
                        .format("int64")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Text,
                            "customerReference",
                        )
                        .description("The customer's own reference.")
                        .length(None, Some(255u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"companyCode\":\"FCO\",\"product\":\"CO27409\",\"startTime\":1767222000000,\"endTime\":1798757999000,\"copies\":\"1\",\"couponCode\":\"DataNews\",\"couponNumber\":27,\"customerReference\":\"A-1024\"}}",
            response_example: "{\"status\":\"OK\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.status.as_ref().is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for StartSubscription {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).start_subscription(&self.body)
        }
        crate::operation::span!("startSubscription", "POST", "/v1/subscription");
    }
    /// List the subscriptions of a customer.
    ///
    /// Client mode. The list may be empty. According to third-party clients, a start is 00:00:00 of the first day, and stays the same while the subscription is paid. An end is 23:59:59 of the last paid day, or of the publication day of the last received issue, whichever is later.
    ///
    /// `GET /v1/client/subscription/{customerNumber}`
    ///
    /// Part of this operation, such as its path, is known only from third-party clients.
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListSubscriptions {
        /// The customer's number.
        pub customer_number: crate::wire::CustomerNumber,
    }
    impl ListSubscriptions {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(customer_number: crate::wire::CustomerNumber) -> Self {
            Self { customer_number }
        }
    }
    crate::wire::redact::redacting_debug!(
        ListSubscriptions { customer_number : hidden }
    );
    impl validate::Validate for ListSubscriptions {}
    impl crate::operation::ClientOperation for ListSubscriptions {}
    impl crate::operation::Operation for ListSubscriptions {
        type Output = crate::types::SubscriptionList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listSubscriptions",
            group: "Subscription",
            accessor: "subscriptions",
            name: "list",
            summary: "List the subscriptions of a customer.",
            method: "GET",
            path: "/v1/client/subscription/{customerNumber}",
            evidence: crate::operation::Evidence::ThirdParty,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[
                ParameterInfo::new(Location::Path, ValueKind::Integer, "customerNumber")
                    .description("The customer's number.")
                    .required()
                    .format("int64")
                    .range(Some(1i64), None),
            ],
            body: None,
            statuses: &["200", "400", "401", "404", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["subscriptions"],
            may_be_empty: false,
            request_example: "{\"customerNumber\":563457}",
            response_example: "{\"subscriptions\":[{\"product\":\"CO27409\",\"stopped\":false,\"startTime\":1767222000000,\"endTime\":1798757999000,\"paid\":true,\"priceDetails\":{\"couponCode\":\"DataNews\",\"couponNumber\":27,\"discountfromfullsm\":0,\"promotion\":\"NC\",\"categoryType\":\"\"},\"shareable\":true,\"shareType\":\"NETS\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .subscriptions
                .iter()
                .all(|item| {
                    item.product.as_ref().is_some_and(|found| !found.as_str().is_empty())
                        || item.stopped.is_some() || item.start_time.is_some()
                        || item.end_time.is_some() || item.paid.is_some()
                        || item
                            .price_details
                            .as_ref()
                            .is_some_and(|found| {
                                *found != ::std::default::Default::default()
                            }) || item.shareable.is_some() || item.sharable.is_some()
                        || item
                            .share_type
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .sales_person
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .distribution_level
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item.product_delivery_plan_id.is_some()
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.subscriptions.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListSubscriptions {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_subscriptions(&self.customer_number)
        }
        crate::operation::span!(
            "listSubscriptions", "GET", "/v1/client/subscription/{customerNumber}"
        );
    }
    /// Register the people that a customer has recruited.
    ///
    /// Client mode.
    ///
    /// `POST /v1/client/recruitment`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisterRecruitment {
        /// The body of the request.
        pub body: crate::types::RecruitmentRequest,
    }
    impl RegisterRecruitment {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::RecruitmentRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(RegisterRecruitment { body : nested });
    impl validate::Validate for RegisterRecruitment {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for RegisterRecruitment {}
    impl crate::operation::Operation for RegisterRecruitment {
        type Output = crate::types::RecruitmentStatus;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "registerRecruitment",
            group: "Recruitment",
            accessor: "recruitments",
            name: "register",
            summary: "Register the people that a customer has recruited.",
            method: "POST",
            path: "/v1/client/recruitment",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "product")
                        .description("The code of a product.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "campaign")
                        .description("The code of the campaign.")
                        .required()
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Json, "recruiter")
                        .description(
                            "The customer who recruited; its members are not documented.",
                        )
                        .required(),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Json,
                            "recruitmentPremiumPreferences",
                        )
                        .description(
                            "The premiums that the recruiter prefers. If the list is left out, the stored premiums are kept. Otherwise it replaces them, even if it is empty. Their members are not documented.",
                        )
                        .repeated(),
                    ParameterInfo::new(Location::Body, ValueKind::Json, "recruitments")
                        .description(
                            "The recruited people. Their members are not documented.",
                        )
                        .required()
                        .repeated(),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"product\":\"CO27409\",\"campaign\":\"VAR2026\",\"recruiter\":{\"customerNumber\":563457},\"recruitmentPremiumPreferences\":[{\"premium\":\"MUG\"}],\"recruitments\":[{\"firstName\":\"Kari\",\"lastName\":\"Nordmann\",\"email\":\"kari.nordmann@example.com\"}]}}",
            response_example: "{\"status\":\"ok\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.status.as_ref().is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RegisterRecruitment {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).register_recruitment(&self.body)
        }
        crate::operation::span!("registerRecruitment", "POST", "/v1/client/recruitment");
    }
    /// Check what the logged-in user may read.
    ///
    /// User mode. All given fields must match. A check of anything except the IP address also needs the user's id or credential. A refusal is a normal response: `access` is false.
    ///
    /// `POST /v1/customer/access`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CheckOwnAccess {
        /// The body of the request.
        pub body: crate::types::AccessRequest,
    }
    impl CheckOwnAccess {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::AccessRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(CheckOwnAccess { body : nested });
    impl validate::Validate for CheckOwnAccess {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for CheckOwnAccess {}
    impl crate::operation::Operation for CheckOwnAccess {
        type Output = crate::types::AccessResult;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "checkOwnAccess",
            group: "Access",
            accessor: "access",
            name: "check_own",
            summary: "Check what the logged-in user may read.",
            method: "POST",
            path: "/v1/customer/access",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "product")
                        .description("The code of a product.")
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "articleId")
                        .description("The id of an article.")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "domain")
                        .description(
                            "The domain to check access for, such as example.com.",
                        )
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "ip")
                        .description("The IP address that the reader comes from.")
                        .length(None, Some(45u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "categoryType")
                        .description("A type of customer category, such as SWISH.")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "accessAzureAd",
                        )
                        .description("True to ask for access by Azure AD.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "accessAidFamily",
                        )
                        .description("True to ask for access by an aID family.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "accessDomain",
                        )
                        .description("True to ask for access by the domain.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "accessArticle",
                        )
                        .description("True to ask for access to the article.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "uniqueId")
                        .description("The id of the user, from the profile.")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "customerNumber",
                        )
                        .description(
                            "The number of a customer in the media house's data store.",
                        )
                        .format("int64")
                        .range(Some(1i64), None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "credential")
                        .description("The e-mail address or phone number of the user.")
                        .length(None, Some(255u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"product\":\"CO27409\",\"uniqueId\":\"abc123ee63461dd\"}}",
            response_example: "{\"access\":true,\"accesses\":[{\"access\":true,\"accessLevel\":\"A\",\"accessType\":\"A\"},{\"access\":false,\"accessLevel\":\"B\",\"accessType\":\"D\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.access.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for CheckOwnAccess {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).check_own_access(&self.body)
        }
        crate::operation::span!("checkOwnAccess", "POST", "/v1/customer/access");
    }
    /// Check what a user may read.
    ///
    /// Client mode. All given fields must match. A check of anything except the IP address also needs the user's id or credential. A refusal is a normal response: `access` is false.
    ///
    /// `POST /v1/client/access`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct CheckAccess {
        /// The body of the request.
        pub body: crate::types::AccessRequest,
    }
    impl CheckAccess {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::AccessRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(CheckAccess { body : nested });
    impl validate::Validate for CheckAccess {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for CheckAccess {}
    impl crate::operation::Operation for CheckAccess {
        type Output = crate::types::AccessResult;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "checkAccess",
            group: "Access",
            accessor: "access",
            name: "check",
            summary: "Check what a user may read.",
            method: "POST",
            path: "/v1/client/access",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "product")
                        .description("The code of a product.")
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "articleId")
                        .description("The id of an article.")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "domain")
                        .description(
                            "The domain to check access for, such as example.com.",
                        )
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "ip")
                        .description("The IP address that the reader comes from.")
                        .length(None, Some(45u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "categoryType")
                        .description("A type of customer category, such as SWISH.")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "accessAzureAd",
                        )
                        .description("True to ask for access by Azure AD.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "accessAidFamily",
                        )
                        .description("True to ask for access by an aID family.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "accessDomain",
                        )
                        .description("True to ask for access by the domain.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Boolean,
                            "accessArticle",
                        )
                        .description("True to ask for access to the article.")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "uniqueId")
                        .description("The id of the user, from the profile.")
                        .length(None, Some(255u64)),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "customerNumber",
                        )
                        .description(
                            "The number of a customer in the media house's data store.",
                        )
                        .format("int64")
                        .range(Some(1i64), None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "credential")
                        .description("The e-mail address or phone number of the user.")
                        .length(None, Some(255u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"product\":\"CO27409\",\"articleId\":\"A-2026-117\",\"domain\":\"example.com\",\"ip\":\"192.0.2.7\",\"categoryType\":\"SWISH\",\"accessAzureAd\":false,\"accessAidFamily\":false,\"accessDomain\":false,\"accessArticle\":false,\"uniqueId\":\"abc123ee63461dd\",\"customerNumber\":563457,\"credential\":\"ola.nordmann@example.com\"}}",
            response_example: "{\"access\":true,\"accesses\":[{\"access\":true,\"accessLevel\":\"A\",\"accessType\":\"A\"},{\"access\":false,\"accessLevel\":\"B\",\"accessType\":\"D\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.access.is_some()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for CheckAccess {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).check_access(&self.body)
        }
        crate::operation::span!("checkAccess", "POST", "/v1/client/access");
    }
    /// Look up the metadata of the logged-in user.
    ///
    /// User mode. Each client has its own object for each user.
    ///
    /// `GET /v1/customer/metadata`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetOwnMetadata {}
    impl GetOwnMetadata {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(GetOwnMetadata {});
    impl validate::Validate for GetOwnMetadata {}
    impl crate::operation::UserOperation for GetOwnMetadata {}
    impl crate::operation::Operation for GetOwnMetadata {
        type Output = crate::wire::Map<::serde_json::Value>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getOwnMetadata",
            group: "Metadata",
            accessor: "metadata",
            name: "own",
            summary: "Look up the metadata of the logged-in user.",
            method: "GET",
            path: "/v1/customer/metadata",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"theme\":\"dark\",\"favourites\":[\"sports\",\"culture\"]}",
        };
        #[inline]
        fn confirms(&self, _: &Self::Output) -> Result<(), crate::operation::Doubt> {
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetOwnMetadata {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_own_metadata()
        }
        crate::operation::span!("getOwnMetadata", "GET", "/v1/customer/metadata");
    }
    /// Replace the metadata of the logged-in user.
    ///
    /// User mode. The whole object is replaced, and fields that are left out are removed. The response has the new object.
    ///
    /// `POST /v1/customer/metadata`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ReplaceOwnMetadata {
        /// The body of the request.
        pub body: crate::wire::Map<::serde_json::Value>,
    }
    impl ReplaceOwnMetadata {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::wire::Map<::serde_json::Value>) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(ReplaceOwnMetadata { body : nested });
    impl validate::Validate for ReplaceOwnMetadata {}
    impl crate::operation::UserOperation for ReplaceOwnMetadata {}
    impl crate::operation::Operation for ReplaceOwnMetadata {
        type Output = crate::wire::Map<::serde_json::Value>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "replaceOwnMetadata",
            group: "Metadata",
            accessor: "metadata",
            name: "replace_own",
            summary: "Replace the metadata of the logged-in user.",
            method: "POST",
            path: "/v1/customer/metadata",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(&[]),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"theme\":\"dark\",\"favourites\":[\"sports\",\"culture\"]}}",
            response_example: "{\"theme\":\"dark\",\"favourites\":[\"sports\",\"culture\"]}",
        };
        #[inline]
        fn confirms(&self, _: &Self::Output) -> Result<(), crate::operation::Doubt> {
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ReplaceOwnMetadata {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).replace_own_metadata(&self.body)
        }
        crate::operation::span!("replaceOwnMetadata", "POST", "/v1/customer/metadata");
    }
    /// Remove the metadata of the logged-in user.
    ///
    /// User mode. The response has an object; upstream does not document if it is the old object or an empty one.
    ///
    /// `DELETE /v1/customer/metadata`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RemoveOwnMetadata {}
    impl RemoveOwnMetadata {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(RemoveOwnMetadata {});
    impl validate::Validate for RemoveOwnMetadata {}
    impl crate::operation::UserOperation for RemoveOwnMetadata {}
    impl crate::operation::Operation for RemoveOwnMetadata {
        type Output = crate::wire::Map<::serde_json::Value>;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "removeOwnMetadata",
            group: "Metadata",
            accessor: "metadata",
            name: "remove_own",
            summary: "Remove the metadata of the logged-in user.",
            method: "DELETE",
            path: "/v1/customer/metadata",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"theme\":\"dark\",\"favourites\":[\"sports\",\"culture\"]}",
        };
        #[inline]
        fn confirms(&self, _: &Self::Output) -> Result<(), crate::operation::Doubt> {
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RemoveOwnMetadata {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).remove_own_metadata()
        }
        crate::operation::span!("removeOwnMetadata", "DELETE", "/v1/customer/metadata");
    }
    /// Look up the profile of the logged-in user.
    ///
    /// User mode. The token identifies the user, so there is no parameter.
    ///
    /// `GET /v1/user/profile`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct GetOwnProfile {}
    impl GetOwnProfile {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(GetOwnProfile {});
    impl validate::Validate for GetOwnProfile {}
    impl crate::operation::UserOperation for GetOwnProfile {}
    impl crate::operation::Operation for GetOwnProfile {
        type Output = crate::types::UserProfile;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "getOwnProfile",
            group: "Profile",
            accessor: "profiles",
            name: "own",
            summary: "Look up the profile of the logged-in user.",
            method: "GET",
            path: "/v1/user/profile",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"uniqueId\":\"abc123ee63461dd\",\"loginCredential\":{\"credential\":\"ola.nordmann@example.com\",\"credentialType\":\"email\",\"verificationLevel\":\"verificationCode\"},\"userCredentials\":[{\"credential\":\"ola.nordmann@example.com\",\"credentialType\":\"email\",\"verificationLevel\":\"verificationCode\"},{\"credential\":\"+4790123456\",\"credentialType\":\"phone\",\"verificationLevel\":\"verificationCode\"}],\"name\":{\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\",\"companyName\":\"Company International Ltd\",\"departmentName\":\"Support\"},\"phoneNumbers\":[{\"phoneNumber\":\"+4790123456\",\"phoneNumberType\":\"mobile\"}],\"emails\":[\"ola.nordmann@example.com\"],\"externalSources\":[\"Google\",\"Vipps\"]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output
                .unique_id
                .as_ref()
                .is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for GetOwnProfile {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).get_own_profile()
        }
        crate::operation::span!("getOwnProfile", "GET", "/v1/user/profile");
    }
    /// List the profiles of the logged-in user at other services.
    ///
    /// User mode. The token identifies the user, so there is no parameter.
    ///
    /// `GET /v1/user/profile/external`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListOwnExternalProfiles {}
    impl ListOwnExternalProfiles {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(ListOwnExternalProfiles {});
    impl validate::Validate for ListOwnExternalProfiles {}
    impl crate::operation::UserOperation for ListOwnExternalProfiles {}
    impl crate::operation::Operation for ListOwnExternalProfiles {
        type Output = crate::types::ExternalProfileList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listOwnExternalProfiles",
            group: "Profile",
            accessor: "profiles",
            name: "own_external",
            summary: "List the profiles of the logged-in user at other services.",
            method: "GET",
            path: "/v1/user/profile/external",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["externalProfileList"],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"externalProfileList\":[{\"source\":\"Vipps\",\"info\":{\"birthDate\":315529200000,\"name\":{\"firstName\":\"Ola\",\"middleName\":\"Fjordstrand\",\"lastName\":\"Nordmann\"},\"phoneNumbers\":[\"+4790123456\"],\"emails\":[\"ola.nordmann@example.com\"],\"addresses\":[{\"addressType\":\"home\",\"streetAddress\":\"Grubbegata 6\",\"postalCode\":\"0179\",\"postalPlace\":\"Oslo\",\"countryCode\":\"NO\"},{\"addressType\":\"work\",\"streetAddress\":\"Fjordveien 1\",\"postalCode\":\"0603\",\"postalPlace\":\"Oslo\",\"countryCode\":\"NO\"}]}},{\"source\":\"Google\",\"info\":{\"name\":{\"firstName\":\"Ola\",\"lastName\":\"Nordmann\"},\"emails\":[\"ola.nordmann@example.com\"]}}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .external_profile_list
                .iter()
                .all(|item| {
                    item.source.as_ref().is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .info
                            .as_ref()
                            .is_some_and(|found| {
                                *found != ::std::default::Default::default()
                            })
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.external_profile_list.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListOwnExternalProfiles {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_own_external_profiles()
        }
        crate::operation::span!(
            "listOwnExternalProfiles", "GET", "/v1/user/profile/external"
        );
    }
    /// Register a user of another system.
    ///
    /// Client mode. The first call for an id creates the user. The code in the response can be exchanged for a token of the user.
    ///
    /// `POST /v1/client/extid`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct RegisterExternalIdentity {
        /// The body of the request.
        pub body: crate::types::ExternalIdentityRequest,
    }
    impl RegisterExternalIdentity {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::ExternalIdentityRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(RegisterExternalIdentity { body : nested });
    impl validate::Validate for RegisterExternalIdentity {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for RegisterExternalIdentity {}
    impl crate::operation::Operation for RegisterExternalIdentity {
        type Output = crate::types::ExternalIdentity;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "registerExternalIdentity",
            group: "External Identity",
            accessor: "external_identities",
            name: "register",
            summary: "Register a user of another system.",
            method: "POST",
            path: "/v1/client/extid",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "externalId")
                        .description(
                            "The id of a user in another system, such as a UUID.",
                        )
                        .required()
                        .length(Some(1u64), Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "credentialType")
                        .description("The kind of the credential, such as D.")
                        .length(Some(1u64), Some(40u64))
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"externalId\":\"6f1c2a58-0b7e-4d0f-9a35-2f4f6f0c7e11\",\"credentialType\":\"D\"}}",
            response_example: "{\"credential\":\"AID:6f1c2a58-0b7e-4d0f-9a35-2f4f6f0c7e11\",\"externalId\":\"6f1c2a58-0b7e-4d0f-9a35-2f4f6f0c7e11\",\"credentialType\":\"D\",\"canLogin\":true,\"uniqueId\":\"0123456789abcdef0123456789abcdef\",\"enabled\":true,\"newUser\":false,\"extidCode\":\"eyJhbGciOiJub25lIn0.eyJleGFtcGxlIjp0cnVlfQ.c2lnbmF0dXJl\",\"customerNumber\":563457}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.external_id {
                if Some(&self.body)
                    .and_then(|value| value.external_id.as_ref())
                    .is_some_and(|sent| {
                        AsRef::<str>::as_ref(found) != AsRef::<str>::as_ref(sent)
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("externalId"));
                }
            }
            if !(output
                .unique_id
                .as_ref()
                .is_some_and(|found| !found.as_str().is_empty())
                || output
                    .extid_code
                    .as_ref()
                    .is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for RegisterExternalIdentity {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).register_external_identity(&self.body)
        }
        crate::operation::span!("registerExternalIdentity", "POST", "/v1/client/extid");
    }
    /// Link a user of another system to a customer number.
    ///
    /// Client mode. The response names the customer only when the user was linked before.
    ///
    /// `POST /v1/client/extid/customer`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct LinkExternalIdentity {
        /// The body of the request.
        pub body: crate::types::ExternalIdentityLinkRequest,
    }
    impl LinkExternalIdentity {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::ExternalIdentityLinkRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(LinkExternalIdentity { body : nested });
    impl validate::Validate for LinkExternalIdentity {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for LinkExternalIdentity {}
    impl crate::operation::Operation for LinkExternalIdentity {
        type Output = crate::types::ExternalIdentity;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "linkExternalIdentity",
            group: "External Identity",
            accessor: "external_identities",
            name: "link_customer",
            summary: "Link a user of another system to a customer number.",
            method: "POST",
            path: "/v1/client/extid/customer",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "externalId")
                        .description(
                            "The id of a user in another system, such as a UUID.",
                        )
                        .required()
                        .length(Some(1u64), Some(255u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "credentialType")
                        .description("The kind of the credential, such as D.")
                        .length(Some(1u64), Some(40u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Body,
                            ValueKind::Integer,
                            "customerNumber",
                        )
                        .description(
                            "The number of a customer in the media house's data store.",
                        )
                        .required()
                        .format("int64")
                        .range(Some(1i64), None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"externalId\":\"6f1c2a58-0b7e-4d0f-9a35-2f4f6f0c7e11\",\"credentialType\":\"D\",\"customerNumber\":563457}}",
            response_example: "{\"credential\":\"AID:6f1c2a58-0b7e-4d0f-9a35-2f4f6f0c7e11\",\"externalId\":\"6f1c2a58-0b7e-4d0f-9a35-2f4f6f0c7e11\",\"credentialType\":\"D\",\"canLogin\":true,\"uniqueId\":\"0123456789abcdef0123456789abcdef\",\"enabled\":true,\"newUser\":true,\"extidCode\":\"eyJhbGciOiJub25lIn0.eyJleGFtcGxlIjp0cnVlfQ.c2lnbmF0dXJl\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if let Some(found) = &output.external_id {
                if Some(&self.body)
                    .and_then(|value| value.external_id.as_ref())
                    .is_some_and(|sent| {
                        AsRef::<str>::as_ref(found) != AsRef::<str>::as_ref(sent)
                    })
                {
                    return Err(crate::operation::Doubt::Mismatch("externalId"));
                }
            }
            if !(output
                .unique_id
                .as_ref()
                .is_some_and(|found| !found.as_str().is_empty())
                || output
                    .extid_code
                    .as_ref()
                    .is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for LinkExternalIdentity {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).link_external_identity(&self.body)
        }
        crate::operation::span!(
            "linkExternalIdentity", "POST", "/v1/client/extid/customer"
        );
    }
    /// List the messages of the logged-in user.
    ///
    /// User mode. A message and its answer have the same id.
    ///
    /// `GET /v1/customer/message`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ListOwnMessages {}
    impl ListOwnMessages {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new() -> Self {
            Self {}
        }
    }
    crate::wire::redact::redacting_debug!(ListOwnMessages {});
    impl validate::Validate for ListOwnMessages {}
    impl crate::operation::UserOperation for ListOwnMessages {}
    impl crate::operation::Operation for ListOwnMessages {
        type Output = crate::types::MessageList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "listOwnMessages",
            group: "Message",
            accessor: "messages",
            name: "own",
            summary: "List the messages of the logged-in user.",
            method: "GET",
            path: "/v1/customer/message",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: true,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: None,
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["messages"],
            may_be_empty: false,
            request_example: "{}",
            response_example: "{\"messages\":[{\"id\":71,\"date\":1767434400000,\"direction\":\"IN\",\"messageSubject\":\"The paper of Saturday\",\"messageContent\":\"The paper of Saturday did not arrive.\"},{\"id\":71,\"date\":1767520800000,\"direction\":\"OUT\",\"messageSubject\":\"The paper of Saturday\",\"messageContent\":\"We have sent you another one.\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .messages
                .iter()
                .all(|item| {
                    item.id.is_some() || item.date.is_some()
                        || item
                            .direction
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .message_subject
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .message_content
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.messages.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ListOwnMessages {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).list_own_messages()
        }
        crate::operation::span!("listOwnMessages", "GET", "/v1/customer/message");
    }
    /// Send a message from the logged-in user to the media house.
    ///
    /// User mode. The response lists the messages of the user.
    ///
    /// `POST /v1/customer/message`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct SendOwnMessage {
        /// The body of the request.
        pub body: crate::types::MessageRequest,
    }
    impl SendOwnMessage {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::MessageRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(SendOwnMessage { body : nested });
    impl validate::Validate for SendOwnMessage {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::UserOperation for SendOwnMessage {}
    impl crate::operation::Operation for SendOwnMessage {
        type Output = crate::types::MessageList;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "sendOwnMessage",
            group: "Message",
            accessor: "messages",
            name: "send_own",
            summary: "Send a message from the logged-in user to the media house.",
            method: "POST",
            path: "/v1/customer/message",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::User,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Text, "product")
                        .description("The code of a product.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "caseType")
                        .description("The subject of a message.")
                        .values(&["A", "B"], false),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "messageSubject")
                        .description("The subject.")
                        .length(None, Some(40u64)),
                    ParameterInfo::new(Location::Body, ValueKind::Text, "messageContent")
                        .description("The text.")
                        .required()
                        .length(None, Some(32000u64)),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Object,
            lists: &["messages"],
            may_be_empty: false,
            request_example: "{\"body\":{\"product\":\"CO27409\",\"caseType\":\"A\",\"messageSubject\":\"The paper of Saturday\",\"messageContent\":\"The paper of Saturday did not arrive.\"}}",
            response_example: "{\"messages\":[{\"id\":71,\"date\":1767434400000,\"direction\":\"IN\",\"messageSubject\":\"The paper of Saturday\",\"messageContent\":\"The paper of Saturday did not arrive.\"},{\"id\":71,\"date\":1767520800000,\"direction\":\"OUT\",\"messageSubject\":\"The paper of Saturday\",\"messageContent\":\"We have sent you another one.\"}]}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !output
                .messages
                .iter()
                .all(|item| {
                    item.id.is_some() || item.date.is_some()
                        || item
                            .direction
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .message_subject
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                        || item
                            .message_content
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                })
            {
                return Err(crate::operation::Doubt::EmptyItem);
            }
            if !(!output.messages.is_empty()) {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for SendOwnMessage {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).send_own_message(&self.body)
        }
        crate::operation::span!("sendOwnMessage", "POST", "/v1/customer/message");
    }
    /// Change the stock of products.
    ///
    /// Client mode. Upstream does not document the fields of an update.
    ///
    /// `POST /v1/client/stock/update`
    #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[non_exhaustive]
    #[derive(Eq, Hash)]
    pub struct ChangeStocks {
        /// The body of the request.
        pub body: crate::types::StockChangeRequest,
    }
    impl ChangeStocks {
        /// Creates a request from the required values.
        #[must_use]
        pub fn new(body: crate::types::StockChangeRequest) -> Self {
            Self { body }
        }
    }
    crate::wire::redact::redacting_debug!(ChangeStocks { body : nested });
    impl validate::Validate for ChangeStocks {
        #[inline]
        fn check(&self, checks: &mut validate::Checks) {
            validate::Validate::check(&self.body, checks);
        }
    }
    impl crate::operation::ClientOperation for ChangeStocks {}
    impl crate::operation::Operation for ChangeStocks {
        type Output = crate::types::StockChange;
        const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
            id: "changeStocks",
            group: "Stock",
            accessor: "stocks",
            name: "change",
            summary: "Change the stock of products.",
            method: "POST",
            path: "/v1/client/stock/update",
            evidence: crate::operation::Evidence::Documented,
            safe_to_retry: false,
            mode: crate::operation::Mode::Client,
            parameters: &[],
            body: Some(
                &[
                    ParameterInfo::new(Location::Body, ValueKind::Json, "updates")
                        .description("The updates. Their members are not documented.")
                        .required()
                        .repeated()
                        .sensitivity(Sensitivity::None),
                ],
            ),
            statuses: &["200", "400", "401", "429", "500"],
            response: crate::operation::ResponseKind::Unproven,
            lists: &[],
            may_be_empty: false,
            request_example: "{\"body\":{\"updates\":[{\"product\":\"CO27409\",\"quantity\":12}]}}",
            response_example: "{\"status\":\"ok\"}",
        };
        #[inline]
        fn confirms(
            &self,
            output: &Self::Output,
        ) -> Result<(), crate::operation::Doubt> {
            if !(output.status.as_ref().is_some_and(|found| !found.as_str().is_empty()))
            {
                return Err(crate::operation::Doubt::Nothing);
            }
            Ok(())
        }
    }
    impl crate::operation::SendOperation for ChangeStocks {
        #[inline]
        fn request(&self, connection: &crate::Connection) -> crate::operation::Built {
            crate::Client::of(connection).change_stocks(&self.body)
        }
        crate::operation::span!("changeStocks", "POST", "/v1/client/stock/update");
    }
    #[cfg(feature = "unverified")]
    pub use self::unverified::{
        ChangeOwnCustomerInfo, AddNexiSubscription, AddPayExToken, ListPaymentMethods,
        ListConsentTexts, ChangeEnterprisePermissions, ListOrderTypePermissions,
        ChangeOrderTypePermissions, ListOrderTypePrivacy, ChangeOrderTypePrivacy,
        AcceptShareInvitation,
    };
    #[cfg(feature = "unverified")]
    mod unverified {
        use super::*;
        /// Replace the data of the logged-in customer.
        ///
        /// User mode. The whole record is replaced, and a field that is left out is cleared. If the request has neither a last name nor a company name, upstream stores a single dash as the last name. The fields are documented on the older reference pages. The path is inferred from the operation that reads this record.
        ///
        /// `POST /v1/customer/info`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct ChangeOwnCustomerInfo {
            /// The body of the request.
            pub body: crate::types::CustomerChangeRequest,
        }
        impl ChangeOwnCustomerInfo {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(body: crate::types::CustomerChangeRequest) -> Self {
                Self { body }
            }
        }
        crate::wire::redact::redacting_debug!(ChangeOwnCustomerInfo { body : nested });
        impl validate::Validate for ChangeOwnCustomerInfo {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                validate::Validate::check(&self.body, checks);
            }
        }
        impl crate::operation::UserOperation for ChangeOwnCustomerInfo {}
        impl crate::operation::Operation for ChangeOwnCustomerInfo {
            type Output = crate::types::CustomerChangeResponse;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "changeOwnCustomerInfo",
                group: "Customer",
                accessor: "customers",
                name: "change_own_info",
                summary: "Replace the data of the logged-in customer.",
                method: "POST",
                path: "/v1/customer/info",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: false,
                mode: crate::operation::Mode::User,
                parameters: &[],
                body: Some(
                    &[
                        ParameterInfo::new(
                                Location::Body,
                                ValueKind::Text,
                                "name.firstName",
                            )
                            .description("First name.")
                            .length(None, Some(30u64)),
                        ParameterInfo::new(
                                Location::Body,
                                ValueKind::Text,
                                "name.middleName",
                            )
                            .description("Middle name.")
                            .length(None, Some(30u64)),
                        ParameterInfo::new(
                                Location::Body,
                                ValueKind::Text,
                                "name.lastName",
                            )
                            .description("Last name.")
                            .length(None, Some(30u64)),
                        ParameterInfo::new(
                                Location::Body,
                                ValueKind::Text,
                                "name.companyName",
                            )
                            .description("Company name.")
                            .length(None, Some(40u64)),
                        ParameterInfo::new(
                                Location::Body,
                                ValueKind::Text,
                                "name.departmentName",
                            )
                            .description("Department within the company.")
                            .length(None, Some(40u64)),
                        ParameterInfo::new(
                                Location::Body,
                                ValueKind::Json,
                                "phoneNumbers",
                            )
                            .description("All of the customer's phone numbers.")
                            .repeated(),
                        ParameterInfo::new(Location::Body, ValueKind::Text, "emails")
                            .description("All of the customer's e-mail addresses.")
                            .repeated()
                            .format("email")
                            .length(None, Some(255u64)),
                        ParameterInfo::new(
                                Location::Body,
                                ValueKind::Text,
                                "invoiceEmailAddress",
                            )
                            .description("The e-mail address that invoices go to.")
                            .format("email")
                            .length(None, Some(60u64)),
                    ],
                ),
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &[],
                may_be_empty: true,
                request_example: "{\"body\":{\"name\":{\"firstName\":\"Ola\",\"lastName\":\"Nordmann\"},\"phoneNumbers\":[{\"phoneNumber\":\"+4712345678\",\"phoneNumberType\":\"mobile\"}],\"emails\":[\"ola.nordmann@example.com\"],\"invoiceEmailAddress\":\"ola.nordmann@example.com\"}}",
                response_example: "{\"success\":true}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                match output.success {
                    Some(true) => {}
                    Some(false) => return Err(crate::operation::Doubt::NotDone),
                    None => return Err(crate::operation::Doubt::Nothing),
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for ChangeOwnCustomerInfo {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection).change_own_customer_info(&self.body)
            }
            crate::operation::span!(
                "changeOwnCustomerInfo", "POST", "/v1/customer/info"
            );
        }
        /// Begin the creation of a Nexi subscription for the logged-in customer.
        ///
        /// User mode. The subscription is made in the browser: send the user to `/payment/nexi/subscription/add` of the login server with the transaction's id as `transactionId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
        ///
        /// `POST /v1/api/payment/nexi/subscription`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct AddNexiSubscription {
            /// The body of the request.
            pub body: crate::types::NexiSubscriptionRequest,
        }
        impl AddNexiSubscription {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(body: crate::types::NexiSubscriptionRequest) -> Self {
                Self { body }
            }
        }
        crate::wire::redact::redacting_debug!(AddNexiSubscription { body : nested });
        impl validate::Validate for AddNexiSubscription {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                validate::Validate::check(&self.body, checks);
            }
        }
        impl crate::operation::UserOperation for AddNexiSubscription {}
        impl crate::operation::Operation for AddNexiSubscription {
            type Output = crate::types::PaymentTransaction;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "addNexiSubscription",
                group: "Nexi",
                accessor: "nexi_subscriptions",
                name: "add",
                summary: "Begin the creation of a Nexi subscription for the logged-in customer.",
                method: "POST",
                path: "/v1/api/payment/nexi/subscription",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: false,
                mode: crate::operation::Mode::User,
                parameters: &[],
                body: Some(
                    &[
                        ParameterInfo::new(
                                Location::Body,
                                ValueKind::Text,
                                "productCode",
                            )
                            .description("The code of a product.")
                            .required()
                            .format("path-segment")
                            .length(Some(1u64), Some(12u64))
                            .sensitivity(Sensitivity::None),
                    ],
                ),
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &[],
                may_be_empty: true,
                request_example: "{\"body\":{\"productCode\":\"CO27409\"}}",
                response_example: "{\"success\":true,\"transactionId\":1234}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                match output.success {
                    Some(true) => {}
                    Some(false) => return Err(crate::operation::Doubt::NotDone),
                    None => return Err(crate::operation::Doubt::Nothing),
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for AddNexiSubscription {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection).add_nexi_subscription(&self.body)
            }
            crate::operation::span!(
                "addNexiSubscription", "POST", "/v1/api/payment/nexi/subscription"
            );
        }
        /// Begin the creation of a PayEx token for the logged-in customer.
        ///
        /// User mode. The token is made in the browser: send the user to `/payment/payex/token/add` of the login server with the transaction's id as `transactionId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
        ///
        /// `POST /v1/api/payment/payex/token`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct AddPayExToken {
            /// The body of the request.
            pub body: crate::types::PayExTokenRequest,
        }
        impl AddPayExToken {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(body: crate::types::PayExTokenRequest) -> Self {
                Self { body }
            }
        }
        crate::wire::redact::redacting_debug!(AddPayExToken { body : nested });
        impl validate::Validate for AddPayExToken {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                validate::Validate::check(&self.body, checks);
            }
        }
        impl crate::operation::UserOperation for AddPayExToken {}
        impl crate::operation::Operation for AddPayExToken {
            type Output = crate::types::PaymentTransaction;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "addPayExToken",
                group: "PayEx",
                accessor: "payex_tokens",
                name: "add",
                summary: "Begin the creation of a PayEx token for the logged-in customer.",
                method: "POST",
                path: "/v1/api/payment/payex/token",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: false,
                mode: crate::operation::Mode::User,
                parameters: &[],
                body: Some(
                    &[
                        ParameterInfo::new(Location::Body, ValueKind::Text, "tokenType")
                            .description("The kind of a PayEx token.")
                            .required()
                            .values(&["card"], false)
                            .sensitivity(Sensitivity::None),
                        ParameterInfo::new(
                                Location::Body,
                                ValueKind::Text,
                                "productCode",
                            )
                            .description("The code of a product.")
                            .required()
                            .format("path-segment")
                            .length(Some(1u64), Some(12u64))
                            .sensitivity(Sensitivity::None),
                    ],
                ),
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &[],
                may_be_empty: true,
                request_example: "{\"body\":{\"tokenType\":\"card\",\"productCode\":\"CO27409\"}}",
                response_example: "{\"success\":true,\"transactionId\":1234}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                match output.success {
                    Some(true) => {}
                    Some(false) => return Err(crate::operation::Doubt::NotDone),
                    None => return Err(crate::operation::Doubt::Nothing),
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for AddPayExToken {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection).add_pay_ex_token(&self.body)
            }
            crate::operation::span!(
                "addPayExToken", "POST", "/v1/api/payment/payex/token"
            );
        }
        /// List the payment methods of the logged-in customer for a product.
        ///
        /// User mode.
        ///
        /// `GET /v1/product/payment/{productCode}`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct ListPaymentMethods {
            /// The code of the product.
            ///
            /// At most 12 characters.
            pub product_code: crate::wire::ProductCode,
        }
        impl ListPaymentMethods {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(product_code: crate::wire::ProductCode) -> Self {
                Self { product_code }
            }
        }
        crate::wire::redact::redacting_debug!(
            ListPaymentMethods { product_code : hidden }
        );
        impl validate::Validate for ListPaymentMethods {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                checks
                    .text(
                        "productCode",
                        Some(&self.product_code),
                        &limits::PRODUCT_CODE,
                    );
            }
        }
        impl crate::operation::UserOperation for ListPaymentMethods {}
        impl crate::operation::Operation for ListPaymentMethods {
            type Output = crate::types::PaymentMethods;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "listPaymentMethods",
                group: "Payment",
                accessor: "payments",
                name: "methods",
                summary: "List the payment methods of the logged-in customer for a product.",
                method: "GET",
                path: "/v1/product/payment/{productCode}",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: true,
                mode: crate::operation::Mode::User,
                parameters: &[
                    ParameterInfo::new(Location::Path, ValueKind::Text, "productCode")
                        .description("The code of the product.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                ],
                body: None,
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &["paymentMethodResponseItems"],
                may_be_empty: false,
                request_example: "{\"productCode\":\"CO27409\"}",
                response_example: "{\"paymentMethodResponseItems\":[{\"paymentMethod\":\"recurringPayment\",\"isActive\":\"Y\"}]}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                if !output
                    .payment_method_response_items
                    .iter()
                    .all(|item| {
                        item
                            .payment_method
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                            || item
                                .is_active
                                .as_ref()
                                .is_some_and(|found| !found.as_str().is_empty())
                    })
                {
                    return Err(crate::operation::Doubt::EmptyItem);
                }
                if !(!output.payment_method_response_items.is_empty()) {
                    return Err(crate::operation::Doubt::Nothing);
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for ListPaymentMethods {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection).list_payment_methods(&self.product_code)
            }
            crate::operation::span!(
                "listPaymentMethods", "GET", "/v1/product/payment/{productCode}"
            );
        }
        /// List the consent texts of an issuer.
        ///
        /// Client mode. Only some members of a text are known. The path and the parameters are inferred from the operation that lists all versions of the texts.
        ///
        /// `GET /v1/client/customer/privacy/consent/text/{issuer}`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct ListConsentTexts {
            /// The issuer of the consents.
            ///
            /// At most 255 characters.
            pub issuer: crate::types::ConsentIssuer,
            /// Only the consents of this group.
            #[serde(default)]
            pub consent_group_id: ::std::option::Option<i64>,
            /// Only this consent.
            #[serde(default)]
            pub consent_id: ::std::option::Option<i64>,
            /// False also lists the consents that are not active.
            #[serde(default)]
            pub only_active: ::std::option::Option<bool>,
            /// Only the consents with this scope.
            ///
            /// At most 255 characters.
            #[serde(default)]
            pub scope: ::std::option::Option<::std::string::String>,
            /// Only the consents with this target.
            ///
            /// At most 255 characters.
            #[serde(default)]
            pub target: ::std::option::Option<::std::string::String>,
        }
        impl ListConsentTexts {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(issuer: crate::types::ConsentIssuer) -> Self {
                Self {
                    issuer,
                    consent_group_id: ::std::default::Default::default(),
                    consent_id: ::std::default::Default::default(),
                    only_active: ::std::default::Default::default(),
                    scope: ::std::default::Default::default(),
                    target: ::std::default::Default::default(),
                }
            }
            /// Sets `consent_group_id`.
            ///
            /// Only the consents of this group.
            #[must_use]
            pub fn with_consent_group_id(
                mut self,
                consent_group_id: impl ::std::convert::Into<i64>,
            ) -> Self {
                self.consent_group_id = Some(consent_group_id.into());
                self
            }
            /// Sets `consent_id`.
            ///
            /// Only this consent.
            #[must_use]
            pub fn with_consent_id(
                mut self,
                consent_id: impl ::std::convert::Into<i64>,
            ) -> Self {
                self.consent_id = Some(consent_id.into());
                self
            }
            /// Sets `only_active`.
            ///
            /// False also lists the consents that are not active.
            #[must_use]
            pub fn with_only_active(
                mut self,
                only_active: impl ::std::convert::Into<bool>,
            ) -> Self {
                self.only_active = Some(only_active.into());
                self
            }
            /// Sets `scope`.
            ///
            /// Only the consents with this scope.
            ///
            /// At most 255 characters.
            #[must_use]
            pub fn with_scope(
                mut self,
                scope: impl ::std::convert::Into<::std::string::String>,
            ) -> Self {
                self.scope = Some(scope.into());
                self
            }
            /// Sets `target`.
            ///
            /// Only the consents with this target.
            ///
            /// At most 255 characters.
            #[must_use]
            pub fn with_target(
                mut self,
                target: impl ::std::convert::Into<::std::string::String>,
            ) -> Self {
                self.target = Some(target.into());
                self
            }
        }
        crate::wire::redact::redacting_debug!(
            ListConsentTexts { issuer : hidden, consent_group_id : present, consent_id :
            present, only_active : present, scope : present, target : present }
        );
        impl validate::Validate for ListConsentTexts {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                checks.text("issuer", Some(&self.issuer), &limits::CONSENT_ISSUER);
                checks.text("scope", self.scope.as_ref(), &validate::length(0, 255));
                checks.text("target", self.target.as_ref(), &validate::length(0, 255));
            }
        }
        impl crate::operation::ClientOperation for ListConsentTexts {}
        impl crate::operation::Operation for ListConsentTexts {
            type Output = crate::types::ConsentTexts;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "listConsentTexts",
                group: "Consent",
                accessor: "consents",
                name: "texts",
                summary: "List the consent texts of an issuer.",
                method: "GET",
                path: "/v1/client/customer/privacy/consent/text/{issuer}",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: true,
                mode: crate::operation::Mode::Client,
                parameters: &[
                    ParameterInfo::new(Location::Path, ValueKind::Text, "issuer")
                        .description("The issuer of the consents.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(255u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(
                            Location::Query,
                            ValueKind::Integer,
                            "consentGroupId",
                        )
                        .description("Only the consents of this group.")
                        .format("int64")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Query, ValueKind::Integer, "consentId")
                        .description("Only this consent.")
                        .format("int64")
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Query, ValueKind::Text, "target")
                        .description("Only the consents with this target.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Query, ValueKind::Text, "scope")
                        .description("Only the consents with this scope.")
                        .length(None, Some(255u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Query, ValueKind::Boolean, "onlyActive")
                        .description(
                            "False also lists the consents that are not active.",
                        )
                        .sensitivity(Sensitivity::None),
                ],
                body: None,
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &["consents"],
                may_be_empty: false,
                request_example: "{\"issuer\":\"example.com\",\"consentGroupId\":3,\"consentId\":12,\"target\":\"newsletter\",\"scope\":\"daily\",\"onlyActive\":true}",
                response_example: "{\"issuer\":\"example.com\",\"consents\":[{\"consentId\":12,\"consentGroupId\":3,\"target\":\"newsletter\",\"scope\":\"daily\",\"texts\":[{\"textId\":31,\"languageCode\":\"nb_NO\"}]}]}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                if let Some(found) = &output.issuer {
                    if Some(&self.issuer)
                        .is_some_and(|sent| {
                            !AsRef::<str>::as_ref(found)
                                .eq_ignore_ascii_case(AsRef::<str>::as_ref(sent))
                        })
                    {
                        return Err(crate::operation::Doubt::Mismatch("issuer"));
                    }
                }
                if !output
                    .consents
                    .iter()
                    .all(|item| {
                        item.consent_id.is_some() || item.consent_group_id.is_some()
                            || item
                                .target
                                .as_ref()
                                .is_some_and(|found| !found.as_str().is_empty())
                            || item
                                .scope
                                .as_ref()
                                .is_some_and(|found| !found.as_str().is_empty())
                            || !item.texts.is_empty()
                    })
                {
                    return Err(crate::operation::Doubt::EmptyItem);
                }
                if !(!output.consents.is_empty()) {
                    return Err(crate::operation::Doubt::Nothing);
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for ListConsentTexts {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection)
                    .list_consent_texts(
                        &self.issuer,
                        self.consent_group_id,
                        self.consent_id,
                        self.only_active,
                        self.scope.as_deref(),
                        self.target.as_deref(),
                    )
            }
            crate::operation::span!(
                "listConsentTexts", "GET",
                "/v1/client/customer/privacy/consent/text/{issuer}"
            );
        }
        /// Change the contact channels that the logged-in customer opens or closes to an enterprise.
        ///
        /// User mode.
        ///
        /// `POST /v1/customer/pbm/{enterpriseCode}`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct ChangeEnterprisePermissions {
            /// The code of the enterprise.
            ///
            /// At most 12 characters.
            pub enterprise_code: crate::types::EnterpriseCode,
            /// The body of the request.
            pub body: crate::types::ChannelPermissionsRequest,
        }
        impl ChangeEnterprisePermissions {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(
                enterprise_code: crate::types::EnterpriseCode,
                body: crate::types::ChannelPermissionsRequest,
            ) -> Self {
                Self { enterprise_code, body }
            }
        }
        crate::wire::redact::redacting_debug!(
            ChangeEnterprisePermissions { enterprise_code : hidden, body : nested }
        );
        impl validate::Validate for ChangeEnterprisePermissions {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                checks
                    .text(
                        "enterpriseCode",
                        Some(&self.enterprise_code),
                        &limits::ENTERPRISE_CODE,
                    );
                validate::Validate::check(&self.body, checks);
            }
        }
        impl crate::operation::UserOperation for ChangeEnterprisePermissions {}
        impl crate::operation::Operation for ChangeEnterprisePermissions {
            type Output = crate::types::ChannelPermissions;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "changeEnterprisePermissions",
                group: "Permission/Shield",
                accessor: "permissions",
                name: "change_enterprise",
                summary: "Change the contact channels that the logged-in customer opens or closes to an enterprise.",
                method: "POST",
                path: "/v1/customer/pbm/{enterpriseCode}",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: false,
                mode: crate::operation::Mode::User,
                parameters: &[
                    ParameterInfo::new(Location::Path, ValueKind::Text, "enterpriseCode")
                        .description("The code of the enterprise.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                ],
                body: Some(
                    &[
                        ParameterInfo::new(Location::Body, ValueKind::Json, "channels")
                            .description("The channels.")
                            .required()
                            .repeated(),
                    ],
                ),
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &["channels"],
                may_be_empty: false,
                request_example: "{\"enterpriseCode\":\"EXAMPLE\",\"body\":{\"channels\":[{\"type\":\"permission\",\"value\":\"DM\"},{\"type\":\"shield\",\"value\":\"TM\"}]}}",
                response_example: "{\"channels\":[{\"type\":\"permission\",\"value\":\"DM\"},{\"type\":\"shield\",\"value\":\"TM\"}]}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                if !output
                    .channels
                    .iter()
                    .all(|item| {
                        item
                            .type_
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                            || item
                                .value
                                .as_ref()
                                .is_some_and(|found| !found.as_str().is_empty())
                    })
                {
                    return Err(crate::operation::Doubt::EmptyItem);
                }
                if !(!output.channels.is_empty()) {
                    return Err(crate::operation::Doubt::Nothing);
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for ChangeEnterprisePermissions {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection)
                    .change_enterprise_permissions(&self.enterprise_code, &self.body)
            }
            crate::operation::span!(
                "changeEnterprisePermissions", "POST",
                "/v1/customer/pbm/{enterpriseCode}"
            );
        }
        /// List the contact channels that the logged-in customer has opened or closed to an enterprise for an order type.
        ///
        /// User mode.
        ///
        /// `GET /v1/customer/pbm/{enterpriseCode}/{orderType}`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct ListOrderTypePermissions {
            /// The code of the enterprise.
            ///
            /// At most 12 characters.
            pub enterprise_code: crate::types::EnterpriseCode,
            /// The code of the order type.
            ///
            /// At most 255 characters.
            pub order_type: crate::types::OrderType,
        }
        impl ListOrderTypePermissions {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(
                enterprise_code: crate::types::EnterpriseCode,
                order_type: crate::types::OrderType,
            ) -> Self {
                Self {
                    enterprise_code,
                    order_type,
                }
            }
        }
        crate::wire::redact::redacting_debug!(
            ListOrderTypePermissions { enterprise_code : hidden, order_type : hidden }
        );
        impl validate::Validate for ListOrderTypePermissions {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                checks
                    .text(
                        "enterpriseCode",
                        Some(&self.enterprise_code),
                        &limits::ENTERPRISE_CODE,
                    );
                checks.text("orderType", Some(&self.order_type), &limits::ORDER_TYPE);
            }
        }
        impl crate::operation::UserOperation for ListOrderTypePermissions {}
        impl crate::operation::Operation for ListOrderTypePermissions {
            type Output = crate::types::ChannelPermissions;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "listOrderTypePermissions",
                group: "Permission/Shield",
                accessor: "permissions",
                name: "order_type",
                summary: "List the contact channels that the logged-in customer has opened or closed to an enterprise for an order type.",
                method: "GET",
                path: "/v1/customer/pbm/{enterpriseCode}/{orderType}",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: true,
                mode: crate::operation::Mode::User,
                parameters: &[
                    ParameterInfo::new(Location::Path, ValueKind::Text, "enterpriseCode")
                        .description("The code of the enterprise.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Path, ValueKind::Text, "orderType")
                        .description("The code of the order type.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(255u64))
                        .sensitivity(Sensitivity::None),
                ],
                body: None,
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &["channels"],
                may_be_empty: false,
                request_example: "{\"enterpriseCode\":\"EXAMPLE\",\"orderType\":\"SUB\"}",
                response_example: "{\"channels\":[{\"type\":\"permission\",\"value\":\"DM\"},{\"type\":\"shield\",\"value\":\"TM\"}]}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                if !output
                    .channels
                    .iter()
                    .all(|item| {
                        item
                            .type_
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                            || item
                                .value
                                .as_ref()
                                .is_some_and(|found| !found.as_str().is_empty())
                    })
                {
                    return Err(crate::operation::Doubt::EmptyItem);
                }
                if !(!output.channels.is_empty()) {
                    return Err(crate::operation::Doubt::Nothing);
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for ListOrderTypePermissions {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection)
                    .list_order_type_permissions(&self.enterprise_code, &self.order_type)
            }
            crate::operation::span!(
                "listOrderTypePermissions", "GET",
                "/v1/customer/pbm/{enterpriseCode}/{orderType}"
            );
        }
        /// Change the contact channels that the logged-in customer opens or closes to an enterprise for an order type.
        ///
        /// User mode.
        ///
        /// `POST /v1/customer/pbm/{enterpriseCode}/{orderType}`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct ChangeOrderTypePermissions {
            /// The code of the enterprise.
            ///
            /// At most 12 characters.
            pub enterprise_code: crate::types::EnterpriseCode,
            /// The code of the order type.
            ///
            /// At most 255 characters.
            pub order_type: crate::types::OrderType,
            /// The body of the request.
            pub body: crate::types::ChannelPermissionsRequest,
        }
        impl ChangeOrderTypePermissions {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(
                enterprise_code: crate::types::EnterpriseCode,
                order_type: crate::types::OrderType,
                body: crate::types::ChannelPermissionsRequest,
            ) -> Self {
                Self {
                    enterprise_code,
                    order_type,
                    body,
                }
            }
        }
        crate::wire::redact::redacting_debug!(
            ChangeOrderTypePermissions { enterprise_code : hidden, order_type : hidden,
            body : nested }
        );
        impl validate::Validate for ChangeOrderTypePermissions {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                checks
                    .text(
                        "enterpriseCode",
                        Some(&self.enterprise_code),
                        &limits::ENTERPRISE_CODE,
                    );
                checks.text("orderType", Some(&self.order_type), &limits::ORDER_TYPE);
                validate::Validate::check(&self.body, checks);
            }
        }
        impl crate::operation::UserOperation for ChangeOrderTypePermissions {}
        impl crate::operation::Operation for ChangeOrderTypePermissions {
            type Output = crate::types::ChannelPermissions;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "changeOrderTypePermissions",
                group: "Permission/Shield",
                accessor: "permissions",
                name: "change_order_type",
                summary: "Change the contact channels that the logged-in customer opens or closes to an enterprise for an order type.",
                method: "POST",
                path: "/v1/customer/pbm/{enterpriseCode}/{orderType}",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: false,
                mode: crate::operation::Mode::User,
                parameters: &[
                    ParameterInfo::new(Location::Path, ValueKind::Text, "enterpriseCode")
                        .description("The code of the enterprise.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Path, ValueKind::Text, "orderType")
                        .description("The code of the order type.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(255u64))
                        .sensitivity(Sensitivity::None),
                ],
                body: Some(
                    &[
                        ParameterInfo::new(Location::Body, ValueKind::Json, "channels")
                            .description("The channels.")
                            .required()
                            .repeated(),
                    ],
                ),
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &["channels"],
                may_be_empty: false,
                request_example: "{\"enterpriseCode\":\"EXAMPLE\",\"orderType\":\"SUB\",\"body\":{\"channels\":[{\"type\":\"permission\",\"value\":\"DM\"},{\"type\":\"shield\",\"value\":\"TM\"}]}}",
                response_example: "{\"channels\":[{\"type\":\"permission\",\"value\":\"DM\"},{\"type\":\"shield\",\"value\":\"TM\"}]}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                if !output
                    .channels
                    .iter()
                    .all(|item| {
                        item
                            .type_
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                            || item
                                .value
                                .as_ref()
                                .is_some_and(|found| !found.as_str().is_empty())
                    })
                {
                    return Err(crate::operation::Doubt::EmptyItem);
                }
                if !(!output.channels.is_empty()) {
                    return Err(crate::operation::Doubt::Nothing);
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for ChangeOrderTypePermissions {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection)
                    .change_order_type_permissions(
                        &self.enterprise_code,
                        &self.order_type,
                        &self.body,
                    )
            }
            crate::operation::span!(
                "changeOrderTypePermissions", "POST",
                "/v1/customer/pbm/{enterpriseCode}/{orderType}"
            );
        }
        /// List the purposes that the logged-in customer permits to an enterprise for an order type.
        ///
        /// User mode.
        ///
        /// `GET /v1/customer/privacy/{enterpriseCode}/{orderType}`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct ListOrderTypePrivacy {
            /// The code of the enterprise.
            ///
            /// At most 12 characters.
            pub enterprise_code: crate::types::EnterpriseCode,
            /// The code of the order type.
            ///
            /// At most 255 characters.
            pub order_type: crate::types::OrderType,
        }
        impl ListOrderTypePrivacy {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(
                enterprise_code: crate::types::EnterpriseCode,
                order_type: crate::types::OrderType,
            ) -> Self {
                Self {
                    enterprise_code,
                    order_type,
                }
            }
        }
        crate::wire::redact::redacting_debug!(
            ListOrderTypePrivacy { enterprise_code : hidden, order_type : hidden }
        );
        impl validate::Validate for ListOrderTypePrivacy {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                checks
                    .text(
                        "enterpriseCode",
                        Some(&self.enterprise_code),
                        &limits::ENTERPRISE_CODE,
                    );
                checks
                    .reserved(
                        "enterpriseCode",
                        self.enterprise_code.as_ref(),
                        &["consents"],
                    );
                checks.text("orderType", Some(&self.order_type), &limits::ORDER_TYPE);
            }
        }
        impl crate::operation::UserOperation for ListOrderTypePrivacy {}
        impl crate::operation::Operation for ListOrderTypePrivacy {
            type Output = crate::types::PrivacyPermissions;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "listOrderTypePrivacy",
                group: "Privacy",
                accessor: "privacy",
                name: "order_type",
                summary: "List the purposes that the logged-in customer permits to an enterprise for an order type.",
                method: "GET",
                path: "/v1/customer/privacy/{enterpriseCode}/{orderType}",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: true,
                mode: crate::operation::Mode::User,
                parameters: &[
                    ParameterInfo::new(Location::Path, ValueKind::Text, "enterpriseCode")
                        .description("The code of the enterprise.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Path, ValueKind::Text, "orderType")
                        .description("The code of the order type.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(255u64))
                        .sensitivity(Sensitivity::None),
                ],
                body: None,
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &["permission"],
                may_be_empty: false,
                request_example: "{\"enterpriseCode\":\"EXAMPLE\",\"orderType\":\"SUB\"}",
                response_example: "{\"permission\":[{\"purpose\":\"DM\"},{\"purpose\":\"EM\"}]}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                if !output
                    .permission
                    .iter()
                    .all(|item| {
                        item
                            .purpose
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                    })
                {
                    return Err(crate::operation::Doubt::EmptyItem);
                }
                if !(!output.permission.is_empty()) {
                    return Err(crate::operation::Doubt::Nothing);
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for ListOrderTypePrivacy {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection)
                    .list_order_type_privacy(&self.enterprise_code, &self.order_type)
            }
            crate::operation::span!(
                "listOrderTypePrivacy", "GET",
                "/v1/customer/privacy/{enterpriseCode}/{orderType}"
            );
        }
        /// Change the purposes that the logged-in customer permits to an enterprise for an order type.
        ///
        /// User mode. The response has the purposes as they were sent.
        ///
        /// `POST /v1/customer/privacy/{enterpriseCode}/{orderType}`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct ChangeOrderTypePrivacy {
            /// The code of the enterprise.
            ///
            /// At most 12 characters.
            pub enterprise_code: crate::types::EnterpriseCode,
            /// The code of the order type.
            ///
            /// At most 255 characters.
            pub order_type: crate::types::OrderType,
            /// The body of the request.
            pub body: crate::types::PrivacyChangeRequest,
        }
        impl ChangeOrderTypePrivacy {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(
                enterprise_code: crate::types::EnterpriseCode,
                order_type: crate::types::OrderType,
                body: crate::types::PrivacyChangeRequest,
            ) -> Self {
                Self {
                    enterprise_code,
                    order_type,
                    body,
                }
            }
        }
        crate::wire::redact::redacting_debug!(
            ChangeOrderTypePrivacy { enterprise_code : hidden, order_type : hidden, body
            : nested }
        );
        impl validate::Validate for ChangeOrderTypePrivacy {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                checks
                    .text(
                        "enterpriseCode",
                        Some(&self.enterprise_code),
                        &limits::ENTERPRISE_CODE,
                    );
                checks
                    .reserved(
                        "enterpriseCode",
                        self.enterprise_code.as_ref(),
                        &["consents"],
                    );
                checks.text("orderType", Some(&self.order_type), &limits::ORDER_TYPE);
                validate::Validate::check(&self.body, checks);
            }
        }
        impl crate::operation::UserOperation for ChangeOrderTypePrivacy {}
        impl crate::operation::Operation for ChangeOrderTypePrivacy {
            type Output = crate::types::PrivacyPermissions;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "changeOrderTypePrivacy",
                group: "Privacy",
                accessor: "privacy",
                name: "change_order_type",
                summary: "Change the purposes that the logged-in customer permits to an enterprise for an order type.",
                method: "POST",
                path: "/v1/customer/privacy/{enterpriseCode}/{orderType}",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: false,
                mode: crate::operation::Mode::User,
                parameters: &[
                    ParameterInfo::new(Location::Path, ValueKind::Text, "enterpriseCode")
                        .description("The code of the enterprise.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(12u64))
                        .sensitivity(Sensitivity::None),
                    ParameterInfo::new(Location::Path, ValueKind::Text, "orderType")
                        .description("The code of the order type.")
                        .required()
                        .format("path-segment")
                        .length(Some(1u64), Some(255u64))
                        .sensitivity(Sensitivity::None),
                ],
                body: Some(
                    &[
                        ParameterInfo::new(Location::Body, ValueKind::Json, "permission")
                            .description("The purposes.")
                            .required()
                            .repeated(),
                    ],
                ),
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Object,
                lists: &["permission"],
                may_be_empty: false,
                request_example: "{\"enterpriseCode\":\"EXAMPLE\",\"orderType\":\"SUB\",\"body\":{\"permission\":[{\"purpose\":\"DM\"},{\"purpose\":\"EM\"}]}}",
                response_example: "{\"permission\":[{\"purpose\":\"DM\"},{\"purpose\":\"EM\"}]}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                if !output
                    .permission
                    .iter()
                    .all(|item| {
                        item
                            .purpose
                            .as_ref()
                            .is_some_and(|found| !found.as_str().is_empty())
                    })
                {
                    return Err(crate::operation::Doubt::EmptyItem);
                }
                if !(!output.permission.is_empty()) {
                    return Err(crate::operation::Doubt::Nothing);
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for ChangeOrderTypePrivacy {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection)
                    .change_order_type_privacy(
                        &self.enterprise_code,
                        &self.order_type,
                        &self.body,
                    )
            }
            crate::operation::span!(
                "changeOrderTypePrivacy", "POST",
                "/v1/customer/privacy/{enterpriseCode}/{orderType}"
            );
        }
        /// Accept an invitation to share a subscription.
        ///
        /// User mode. Upstream reports a failure with a success status of HTTP. Check the status in the body. Its values are documented for invitations only; upstream's sample of this response has `SHARE_OK`.
        ///
        /// `PATCH /v1/subscription/share/invitation`
        ///
        /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
        #[derive(Clone, PartialEq, ::serde::Serialize, ::serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[derive(Eq, Hash)]
        pub struct AcceptShareInvitation {
            /// The body of the request.
            pub body: crate::types::ShareAcceptRequest,
        }
        impl AcceptShareInvitation {
            /// Creates a request from the required values.
            #[must_use]
            pub fn new(body: crate::types::ShareAcceptRequest) -> Self {
                Self { body }
            }
        }
        crate::wire::redact::redacting_debug!(AcceptShareInvitation { body : nested });
        impl validate::Validate for AcceptShareInvitation {
            #[inline]
            fn check(&self, checks: &mut validate::Checks) {
                validate::Validate::check(&self.body, checks);
            }
        }
        impl crate::operation::UserOperation for AcceptShareInvitation {}
        impl crate::operation::Operation for AcceptShareInvitation {
            type Output = crate::types::ShareResult;
            const INFO: &'static crate::operation::OperationInfo = &crate::operation::OperationInfo {
                id: "acceptShareInvitation",
                group: "Sharing",
                accessor: "sharing",
                name: "accept",
                summary: "Accept an invitation to share a subscription.",
                method: "PATCH",
                path: "/v1/subscription/share/invitation",
                evidence: crate::operation::Evidence::Inferred,
                safe_to_retry: false,
                mode: crate::operation::Mode::User,
                parameters: &[],
                body: Some(
                    &[
                        ParameterInfo::new(Location::Body, ValueKind::Text, "shareCode")
                            .description(
                                "The code of a share. Anyone with the code can accept or decline the share.",
                            )
                            .required()
                            .length(Some(1u64), Some(255u64))
                            .sensitivity(Sensitivity::Secret),
                        ParameterInfo::new(Location::Body, ValueKind::Text, "changeType")
                            .description("The change.")
                            .required()
                            .values(&["ACCEPT"], true)
                            .sensitivity(Sensitivity::None),
                    ],
                ),
                statuses: &["200", "400", "401", "429", "500"],
                response: crate::operation::ResponseKind::Unproven,
                lists: &[],
                may_be_empty: false,
                request_example: "{\"body\":{\"shareCode\":\"S-4711\",\"changeType\":\"ACCEPT\"}}",
                response_example: "{\"status\":\"SHARE_OK\"}",
            };
            #[inline]
            fn confirms(
                &self,
                output: &Self::Output,
            ) -> Result<(), crate::operation::Doubt> {
                if !(output
                    .status
                    .as_ref()
                    .is_some_and(|found| !found.as_str().is_empty()))
                {
                    return Err(crate::operation::Doubt::Nothing);
                }
                Ok(())
            }
        }
        impl crate::operation::SendOperation for AcceptShareInvitation {
            #[inline]
            fn request(
                &self,
                connection: &crate::Connection,
            ) -> crate::operation::Built {
                crate::Client::of(connection).accept_share_invitation(&self.body)
            }
            crate::operation::span!(
                "acceptShareInvitation", "PATCH", "/v1/subscription/share/invitation"
            );
        }
    }
    #[cfg(feature = "unverified")]
    /// The contract's facts about each operation, in the order of the contract.
    pub const OPERATIONS: &[&crate::operation::OperationInfo] = &[
        <GetCustomerInfo as crate::operation::Operation>::INFO,
        <SearchCustomers as crate::operation::Operation>::INFO,
        <GetOwnCustomerInfo as crate::operation::Operation>::INFO,
        <ChangeOwnCustomerInfo as crate::operation::Operation>::INFO,
        <ChangeExternalReference as crate::operation::Operation>::INFO,
        <RemoveExternalReference as crate::operation::Operation>::INFO,
        <GetCouponPrice as crate::operation::Operation>::INFO,
        <ListCoupons as crate::operation::Operation>::INFO,
        <CompleteOrder as crate::operation::Operation>::INFO,
        <ListOwnOrders as crate::operation::Operation>::INFO,
        <SearchOwnOrder as crate::operation::Operation>::INFO,
        <ListOwnOrderHistory as crate::operation::Operation>::INFO,
        <GetOrderStatus as crate::operation::Operation>::INFO,
        <RegisterOrder as crate::operation::Operation>::INFO,
        <RegisterOwnOrder as crate::operation::Operation>::INFO,
        <CheckReward as crate::operation::Operation>::INFO,
        <AssignUser as crate::operation::Operation>::INFO,
        <ListVoucherCoupons as crate::operation::Operation>::INFO,
        <ListInvoicesOfProduct as crate::operation::Operation>::INFO,
        <ListOwnInvoicesOfProduct as crate::operation::Operation>::INFO,
        <GetOwnInvoiceAddress as crate::operation::Operation>::INFO,
        <AddKlarnaToken as crate::operation::Operation>::INFO,
        <AddNexiSubscription as crate::operation::Operation>::INFO,
        <ListPayExTokens as crate::operation::Operation>::INFO,
        <AddPayExToken as crate::operation::Operation>::INFO,
        <ListPaymentMethods as crate::operation::Operation>::INFO,
        <ChangePaymentMethod as crate::operation::Operation>::INFO,
        <ListVippsAgreements as crate::operation::Operation>::INFO,
        <AddVippsAgreement as crate::operation::Operation>::INFO,
        <RequestPrivateData as crate::operation::Operation>::INFO,
        <ListConsentEvents as crate::operation::Operation>::INFO,
        <ListConsentTexts as crate::operation::Operation>::INFO,
        <ListConsentTextHistory as crate::operation::Operation>::INFO,
        <ListOwnConsents as crate::operation::Operation>::INFO,
        <RegisterConsentEvent as crate::operation::Operation>::INFO,
        <ListGlobalPermissions as crate::operation::Operation>::INFO,
        <ListEnterprisePermissions as crate::operation::Operation>::INFO,
        <ChangeEnterprisePermissions as crate::operation::Operation>::INFO,
        <ListOrderTypePermissions as crate::operation::Operation>::INFO,
        <ChangeOrderTypePermissions as crate::operation::Operation>::INFO,
        <ListEnterprisePrivacy as crate::operation::Operation>::INFO,
        <ChangeEnterprisePrivacy as crate::operation::Operation>::INFO,
        <ListOrderTypePrivacy as crate::operation::Operation>::INFO,
        <ChangeOrderTypePrivacy as crate::operation::Operation>::INFO,
        <RegisterComplaint as crate::operation::Operation>::INFO,
        <ListComplaints as crate::operation::Operation>::INFO,
        <ListOwnDeliveryStops as crate::operation::Operation>::INFO,
        <RegisterDeliveryStop as crate::operation::Operation>::INFO,
        <RemoveDeliveryStop as crate::operation::Operation>::INFO,
        <ListOwnDistributedIssues as crate::operation::Operation>::INFO,
        <ListIssuesOfProduct as crate::operation::Operation>::INFO,
        <ListProducts as crate::operation::Operation>::INFO,
        <FilterProducts as crate::operation::Operation>::INFO,
        <ListProductsOfType as crate::operation::Operation>::INFO,
        <SendShareInvitation as crate::operation::Operation>::INFO,
        <AcceptShareInvitation as crate::operation::Operation>::INFO,
        <DeclineShareInvitation as crate::operation::Operation>::INFO,
        <CancelSharing as crate::operation::Operation>::INFO,
        <ListShareRules as crate::operation::Operation>::INFO,
        <ListOwnSubscriptions as crate::operation::Operation>::INFO,
        <StartSubscription as crate::operation::Operation>::INFO,
        <ListSubscriptions as crate::operation::Operation>::INFO,
        <RegisterRecruitment as crate::operation::Operation>::INFO,
        <CheckOwnAccess as crate::operation::Operation>::INFO,
        <CheckAccess as crate::operation::Operation>::INFO,
        <GetOwnMetadata as crate::operation::Operation>::INFO,
        <ReplaceOwnMetadata as crate::operation::Operation>::INFO,
        <RemoveOwnMetadata as crate::operation::Operation>::INFO,
        <GetOwnProfile as crate::operation::Operation>::INFO,
        <ListOwnExternalProfiles as crate::operation::Operation>::INFO,
        <RegisterExternalIdentity as crate::operation::Operation>::INFO,
        <LinkExternalIdentity as crate::operation::Operation>::INFO,
        <ListOwnMessages as crate::operation::Operation>::INFO,
        <SendOwnMessage as crate::operation::Operation>::INFO,
        <ChangeStocks as crate::operation::Operation>::INFO,
    ];
    #[cfg(not(feature = "unverified"))]
    /// The contract's facts about each operation, in the order of the contract.
    pub const OPERATIONS: &[&crate::operation::OperationInfo] = &[
        <GetCustomerInfo as crate::operation::Operation>::INFO,
        <SearchCustomers as crate::operation::Operation>::INFO,
        <GetOwnCustomerInfo as crate::operation::Operation>::INFO,
        <ChangeExternalReference as crate::operation::Operation>::INFO,
        <RemoveExternalReference as crate::operation::Operation>::INFO,
        <GetCouponPrice as crate::operation::Operation>::INFO,
        <ListCoupons as crate::operation::Operation>::INFO,
        <CompleteOrder as crate::operation::Operation>::INFO,
        <ListOwnOrders as crate::operation::Operation>::INFO,
        <SearchOwnOrder as crate::operation::Operation>::INFO,
        <ListOwnOrderHistory as crate::operation::Operation>::INFO,
        <GetOrderStatus as crate::operation::Operation>::INFO,
        <RegisterOrder as crate::operation::Operation>::INFO,
        <RegisterOwnOrder as crate::operation::Operation>::INFO,
        <CheckReward as crate::operation::Operation>::INFO,
        <AssignUser as crate::operation::Operation>::INFO,
        <ListVoucherCoupons as crate::operation::Operation>::INFO,
        <ListInvoicesOfProduct as crate::operation::Operation>::INFO,
        <ListOwnInvoicesOfProduct as crate::operation::Operation>::INFO,
        <GetOwnInvoiceAddress as crate::operation::Operation>::INFO,
        <AddKlarnaToken as crate::operation::Operation>::INFO,
        <ListPayExTokens as crate::operation::Operation>::INFO,
        <ChangePaymentMethod as crate::operation::Operation>::INFO,
        <ListVippsAgreements as crate::operation::Operation>::INFO,
        <AddVippsAgreement as crate::operation::Operation>::INFO,
        <RequestPrivateData as crate::operation::Operation>::INFO,
        <ListConsentEvents as crate::operation::Operation>::INFO,
        <ListConsentTextHistory as crate::operation::Operation>::INFO,
        <ListOwnConsents as crate::operation::Operation>::INFO,
        <RegisterConsentEvent as crate::operation::Operation>::INFO,
        <ListGlobalPermissions as crate::operation::Operation>::INFO,
        <ListEnterprisePermissions as crate::operation::Operation>::INFO,
        <ListEnterprisePrivacy as crate::operation::Operation>::INFO,
        <ChangeEnterprisePrivacy as crate::operation::Operation>::INFO,
        <RegisterComplaint as crate::operation::Operation>::INFO,
        <ListComplaints as crate::operation::Operation>::INFO,
        <ListOwnDeliveryStops as crate::operation::Operation>::INFO,
        <RegisterDeliveryStop as crate::operation::Operation>::INFO,
        <RemoveDeliveryStop as crate::operation::Operation>::INFO,
        <ListOwnDistributedIssues as crate::operation::Operation>::INFO,
        <ListIssuesOfProduct as crate::operation::Operation>::INFO,
        <ListProducts as crate::operation::Operation>::INFO,
        <FilterProducts as crate::operation::Operation>::INFO,
        <ListProductsOfType as crate::operation::Operation>::INFO,
        <SendShareInvitation as crate::operation::Operation>::INFO,
        <DeclineShareInvitation as crate::operation::Operation>::INFO,
        <CancelSharing as crate::operation::Operation>::INFO,
        <ListShareRules as crate::operation::Operation>::INFO,
        <ListOwnSubscriptions as crate::operation::Operation>::INFO,
        <StartSubscription as crate::operation::Operation>::INFO,
        <ListSubscriptions as crate::operation::Operation>::INFO,
        <RegisterRecruitment as crate::operation::Operation>::INFO,
        <CheckOwnAccess as crate::operation::Operation>::INFO,
        <CheckAccess as crate::operation::Operation>::INFO,
        <GetOwnMetadata as crate::operation::Operation>::INFO,
        <ReplaceOwnMetadata as crate::operation::Operation>::INFO,
        <RemoveOwnMetadata as crate::operation::Operation>::INFO,
        <GetOwnProfile as crate::operation::Operation>::INFO,
        <ListOwnExternalProfiles as crate::operation::Operation>::INFO,
        <RegisterExternalIdentity as crate::operation::Operation>::INFO,
        <LinkExternalIdentity as crate::operation::Operation>::INFO,
        <ListOwnMessages as crate::operation::Operation>::INFO,
        <SendOwnMessage as crate::operation::Operation>::INFO,
        <ChangeStocks as crate::operation::Operation>::INFO,
    ];
}
/// The servers of the contract.
pub mod servers {
    /// The production server.
    pub const PRODUCTION: crate::operation::Server = crate::operation::Server {
        base_url: "https://api.mediaconnect.no/capi",
        token_url: "https://connectid.no/user/oauth/token",
    };
    /// The test server.
    pub const TEST: crate::operation::Server = crate::operation::Server {
        base_url: "https://api-test.mediaconnect.no/capi",
        token_url: "https://api-test.mediaconnect.no/login/oauth/token",
    };
}
/// Defines a struct for each group of operations, with a method for each operation.
#[doc(hidden)]
#[macro_export]
macro_rules! facade {
() => {
/// The operations of the group Customer.
///
/// Looking up and changing customers.
///
/// Get it from [`Client::customers`].
#[derive(Clone, Copy, Debug)]
pub struct Customers<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Customer.
    ///
    /// Looking up and changing customers.
    #[must_use]
    pub fn customers(&self) -> Customers<'_> {
        Customers { client: self }
    }
}
impl Customers<'_> {
    /// Look up a customer by number.
    ///
    /// Client mode: only the calling system is authenticated. Upstream responds with 404 to a number that no customer has.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber) -> mediaconnect::Result<()> {
    /// client.customers().info(customer_number).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_not_found`](Error::is_not_found): There is no such customer.
    #[inline]
    pub fn info(
        self,
        customer_number: $crate::wire::CustomerNumber,
    ) -> Call<$crate::types::CustomerInfo> {
        self.client.call($crate::operations::GetCustomerInfo::new(customer_number))
    }
    /// Find customers by name and address, by phone number or by e-mail address.
    ///
    /// Client mode. Returns at most five customers, and does not say whether more matched; no match is an empty list. A product code narrows the result.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::CustomerSearchRequest) -> mediaconnect::Result<()> {
    /// client.customers().search(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn search(
        self,
        body: impl TryInto<$crate::types::CustomerSearchRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::CustomerSearchResponse> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::SearchCustomers::new(body)),
            Err(error) => Call::failed(error.into().in_operation("searchCustomers", 0)),
        }
    }
    /// Look up the logged-in customer.
    ///
    /// User mode. The user's token identifies the customer, so there is no parameter.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.customers().own_info(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own_info(self, user: &UserToken) -> Call<$crate::types::CustomerInfo> {
        self.client.as_user(user).call($crate::operations::GetOwnCustomerInfo::new())
    }
}
#[cfg(feature = "unverified")]
impl Customers<'_> {
    /// Replace the data of the logged-in customer.
    ///
    /// User mode. The whole record is replaced, and a field that is left out is cleared. If the request has neither a last name nor a company name, upstream stores a single dash as the last name. The fields are documented on the older reference pages. The path is inferred from the operation that reads this record.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::CustomerChangeRequest) -> mediaconnect::Result<()> {
    /// client.customers().change_own_info(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_reported_failure`](Error::is_reported_failure) if upstream reports that the operation was not done.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn change_own_info(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::CustomerChangeRequest, Error: Into<Error>>,
    ) -> Call<()> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::ChangeOwnCustomerInfo::new(body))
                    .map(|outcome| outcome.map(drop))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("changeOwnCustomerInfo", 0))
            }
        }
    }
}
/// The operations of the group External Reference.
///
/// The ids that customers have in other systems.
///
/// Get it from [`Client::external_references`].
#[derive(Clone, Copy, Debug)]
pub struct ExternalReferences<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group External Reference.
    ///
    /// The ids that customers have in other systems.
    #[must_use]
    pub fn external_references(&self) -> ExternalReferences<'_> {
        ExternalReferences { client: self }
    }
}
impl ExternalReferences<'_> {
    /// Change the id that a customer has in another system.
    ///
    /// Client mode. The reference code selects one of the customer's references. The external id is its new value.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber, reference_code: mediaconnect_api::types::ReferenceCode, body: mediaconnect_api::types::ExternalReferenceChangeRequest) -> mediaconnect::Result<()> {
    /// client.external_references().change(customer_number, reference_code, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_reported_failure`](Error::is_reported_failure) if upstream reports that the operation was not done.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn change(
        self,
        customer_number: $crate::wire::CustomerNumber,
        reference_code: $crate::types::ReferenceCode,
        body: impl TryInto<
            $crate::types::ExternalReferenceChangeRequest,
            Error: Into<Error>,
        >,
    ) -> Call<()> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .call(
                        $crate::operations::ChangeExternalReference::new(
                            customer_number,
                            reference_code,
                            body,
                        ),
                    )
                    .map(|outcome| outcome.map(drop))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("changeExternalReference", 0))
            }
        }
    }
    /// Remove an external reference from a customer.
    ///
    /// Client mode. Upstream does not document its response when the reference does not exist.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber, reference_code: mediaconnect_api::types::ReferenceCode) -> mediaconnect::Result<()> {
    /// client.external_references().remove(customer_number, reference_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_reported_failure`](Error::is_reported_failure) if upstream reports that the operation was not done.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn remove(
        self,
        customer_number: $crate::wire::CustomerNumber,
        reference_code: $crate::types::ReferenceCode,
    ) -> Call<()> {
        self.client
            .call(
                $crate::operations::RemoveExternalReference::new(
                    customer_number,
                    reference_code,
                ),
            )
            .map(|outcome| outcome.map(drop))
    }
}
/// The operations of the group Coupon.
///
/// The coupons of subscriptions, and what they cost.
///
/// Get it from [`Client::coupons`].
#[derive(Clone, Copy, Debug)]
pub struct Coupons<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Coupon.
    ///
    /// The coupons of subscriptions, and what they cost.
    #[must_use]
    pub fn coupons(&self) -> Coupons<'_> {
        Coupons { client: self }
    }
}
impl Coupons<'_> {
    /// Look up the price that is registered on a coupon.
    ///
    /// Client mode. With country and postal code the cost of distribution is included.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::CouponPriceRequest) -> mediaconnect::Result<()> {
    /// client.coupons().price(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn price(
        self,
        body: impl TryInto<$crate::types::CouponPriceRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::CouponPrice> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::GetCouponPrice::new(body)),
            Err(error) => Call::failed(error.into().in_operation("getCouponPrice", 0)),
        }
    }
    /// List the coupons of a product.
    ///
    /// Client mode. The response includes the price at the next renewal.
    ///
    /// Optional parameters are set with `client.call(ListCoupons::new(..).with_…(..))`: see [`ListCoupons`](crate::operations::ListCoupons).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, product_code: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.coupons().list(product_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn list(
        self,
        product_code: $crate::wire::ProductCode,
    ) -> Call<$crate::types::CouponList> {
        self.client.call($crate::operations::ListCoupons::new(product_code))
    }
}
/// The operations of the group Fulfillment.
///
/// Completing orders.
///
/// Get it from [`Client::fulfillments`].
#[derive(Clone, Copy, Debug)]
pub struct Fulfillments<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Fulfillment.
    ///
    /// Completing orders.
    #[must_use]
    pub fn fulfillments(&self) -> Fulfillments<'_> {
        Fulfillments { client: self }
    }
}
impl Fulfillments<'_> {
    /// Complete an order that was registered before.
    ///
    /// Client mode. This operation is for orders that are prepaid or paid by phone. The payment method must be sms, invoice, free, kco, creditcardPayex or other. Upstream may report a failure with HTTP status 200. Check `fulfillmentStatus` in the response. The operation does not create a user.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::FulfillmentRequest) -> mediaconnect::Result<()> {
    /// client.fulfillments().complete(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn complete(
        self,
        body: impl TryInto<$crate::types::FulfillmentRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::Fulfillment> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::CompleteOrder::new(body)),
            Err(error) => Call::failed(error.into().in_operation("completeOrder", 0)),
        }
    }
}
/// The operations of the group Order.
///
/// The orders of customers.
///
/// Get it from [`Client::orders`].
#[derive(Clone, Copy, Debug)]
pub struct Orders<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Order.
    ///
    /// The orders of customers.
    #[must_use]
    pub fn orders(&self) -> Orders<'_> {
        Orders { client: self }
    }
}
impl Orders<'_> {
    /// List the orders of the logged-in user.
    ///
    /// User mode. Upstream does not document how far back the list goes.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.orders().own(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own(self, user: &UserToken) -> Call<$crate::types::OrderList> {
        self.client.as_user(user).call($crate::operations::ListOwnOrders::new())
    }
    /// Search for an order of the logged-in user, with its lines.
    ///
    /// User mode. Give one of the two ids.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::OrderSearchRequest) -> mediaconnect::Result<()> {
    /// client.orders().search_own(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn search_own(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::OrderSearchRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::OrderDetailsList> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::SearchOwnOrder::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("searchOwnOrder", 0)),
        }
    }
    /// List the single copies that the logged-in user has bought.
    ///
    /// User mode.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.orders().own_history(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own_history(self, user: &UserToken) -> Call<$crate::types::PurchaseList> {
        self.client.as_user(user).call($crate::operations::ListOwnOrderHistory::new())
    }
    /// Look up the status of an order.
    ///
    /// Client mode. A third-party client expects exactly one order in the list.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, order_id: ::std::string::String) -> mediaconnect::Result<()> {
    /// client.orders().status(order_id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn status(
        self,
        order_id: ::std::string::String,
    ) -> Call<$crate::types::OrderList> {
        self.client.call($crate::operations::GetOrderStatus::new(order_id))
    }
    /// Register an order.
    ///
    /// Client mode. For the payer and the recipient, upstream commonly requires a company or last name, a postal code, and an e-mail address or a phone number. Set both fields of the marketing coupon, or neither.
    ///
    /// Part of this operation, such as its path, is known only from third-party clients.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::OrderRequest) -> mediaconnect::Result<()> {
    /// client.orders().register(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn register(
        self,
        body: impl TryInto<$crate::types::OrderRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::RegisteredOrder> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::RegisterOrder::new(body)),
            Err(error) => Call::failed(error.into().in_operation("registerOrder", 0)),
        }
    }
    /// Register an order of the logged-in user.
    ///
    /// User mode. For the payer and the recipient, upstream commonly requires a company or last name, a postal code, and an e-mail address or a phone number. Set both fields of the marketing coupon, or neither.
    ///
    /// Part of this operation, such as its path, is known only from third-party clients.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::OrderRequest) -> mediaconnect::Result<()> {
    /// client.orders().register_own(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn register_own(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::OrderRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::RegisteredOrder> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::RegisterOwnOrder::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("registerOwnOrder", 0)),
        }
    }
}
/// The operations of the group Reward.
///
/// The rewards that customers get from partners.
///
/// Get it from [`Client::rewards`].
#[derive(Clone, Copy, Debug)]
pub struct Rewards<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Reward.
    ///
    /// The rewards that customers get from partners.
    #[must_use]
    pub fn rewards(&self) -> Rewards<'_> {
        Rewards { client: self }
    }
}
impl Rewards<'_> {
    /// Look up the customer and the product of a reward.
    ///
    /// Client mode. Upstream does not document the response when the reward does not exist.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::RewardCheckRequest) -> mediaconnect::Result<()> {
    /// client.rewards().check(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn check(
        self,
        body: impl TryInto<$crate::types::RewardCheckRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::Reward> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::CheckReward::new(body)),
            Err(error) => Call::failed(error.into().in_operation("checkReward", 0)),
        }
    }
}
/// The operations of the group User.
///
/// The users who may use an order.
///
/// Get it from [`Client::users`].
#[derive(Clone, Copy, Debug)]
pub struct Users<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group User.
    ///
    /// The users who may use an order.
    #[must_use]
    pub fn users(&self) -> Users<'_> {
        Users { client: self }
    }
}
impl Users<'_> {
    /// Assign a user to an order.
    ///
    /// Client mode. A user who does not exist yet is created.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, order_id: i64, body: mediaconnect_api::types::OrderUserRequest) -> mediaconnect::Result<()> {
    /// client.users().assign(order_id, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn assign(
        self,
        order_id: i64,
        body: impl TryInto<$crate::types::OrderUserRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::OrderUser> {
        match body.try_into() {
            Ok(body) => {
                self.client.call($crate::operations::AssignUser::new(order_id, body))
            }
            Err(error) => Call::failed(error.into().in_operation("assignUser", 0)),
        }
    }
}
/// The operations of the group Voucher Coupons.
///
/// The coupons that vouchers are valid for.
///
/// Get it from [`Client::voucher_coupons`].
#[derive(Clone, Copy, Debug)]
pub struct VoucherCoupons<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Voucher Coupons.
    ///
    /// The coupons that vouchers are valid for.
    #[must_use]
    pub fn voucher_coupons(&self) -> VoucherCoupons<'_> {
        VoucherCoupons { client: self }
    }
}
impl VoucherCoupons<'_> {
    /// List the coupons that a voucher is valid for.
    ///
    /// Client mode. Upstream refuses a voucher that is not valid.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, voucher_code: mediaconnect_api::types::VoucherCode) -> mediaconnect::Result<()> {
    /// client.voucher_coupons().list(voucher_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn list(
        self,
        voucher_code: $crate::types::VoucherCode,
    ) -> Call<$crate::types::VoucherCouponList> {
        self.client.call($crate::operations::ListVoucherCoupons::new(voucher_code))
    }
}
/// The operations of the group Invoice.
///
/// The invoices of customers, both unpaid and paid.
///
/// Get it from [`Client::invoices`].
#[derive(Clone, Copy, Debug)]
pub struct Invoices<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Invoice.
    ///
    /// The invoices of customers, both unpaid and paid.
    #[must_use]
    pub fn invoices(&self) -> Invoices<'_> {
        Invoices { client: self }
    }
}
impl Invoices<'_> {
    /// List the invoices of a customer for a product.
    ///
    /// Client mode. Upstream does not document which invoices it lists if `from` and `to` are left out.
    ///
    /// Optional parameters are set with `client.call(ListInvoicesOfProduct::new(..).with_…(..))`: see [`ListInvoicesOfProduct`](crate::operations::ListInvoicesOfProduct).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber, product_code: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.invoices().of_product(customer_number, product_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn of_product(
        self,
        customer_number: $crate::wire::CustomerNumber,
        product_code: $crate::wire::ProductCode,
    ) -> Call<$crate::types::InvoiceList> {
        self.client
            .call(
                $crate::operations::ListInvoicesOfProduct::new(
                    customer_number,
                    product_code,
                ),
            )
    }
    /// List the invoices and reminders of the logged-in customer, for a product.
    ///
    /// User mode. Upstream does not document which invoices and reminders it lists if `from` and `to` are left out.
    ///
    /// Optional parameters are set with `client.as_user(&user).call(ListOwnInvoicesOfProduct::new(..).with_…(..))`: see [`ListOwnInvoicesOfProduct`](crate::operations::ListOwnInvoicesOfProduct).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, product: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.invoices().own_of_product(&user, product).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own_of_product(
        self,
        user: &UserToken,
        product: $crate::wire::ProductCode,
    ) -> Call<$crate::types::InvoicesAndReminders> {
        self.client
            .as_user(user)
            .call($crate::operations::ListOwnInvoicesOfProduct::new(product))
    }
}
/// The operations of the group InvoiceAddress.
///
/// The addresses that invoices of customers go to.
///
/// Get it from [`Client::invoice_addresses`].
#[derive(Clone, Copy, Debug)]
pub struct InvoiceAddresses<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group InvoiceAddress.
    ///
    /// The addresses that invoices of customers go to.
    #[must_use]
    pub fn invoice_addresses(&self) -> InvoiceAddresses<'_> {
        InvoiceAddresses { client: self }
    }
}
impl InvoiceAddresses<'_> {
    /// Look up the invoice address of the logged-in customer for a product.
    ///
    /// User mode. The address comes from synchronised data.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, product: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.invoice_addresses().of_product(&user, product).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn of_product(
        self,
        user: &UserToken,
        product: $crate::wire::ProductCode,
    ) -> Call<$crate::types::InvoiceAddress> {
        self.client
            .as_user(user)
            .call($crate::operations::GetOwnInvoiceAddress::new(product))
    }
}
/// The operations of the group Klarna.
///
/// The tokens by which customers pay with Klarna.
///
/// Get it from [`Client::klarna_tokens`].
#[derive(Clone, Copy, Debug)]
pub struct KlarnaTokens<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Klarna.
    ///
    /// The tokens by which customers pay with Klarna.
    #[must_use]
    pub fn klarna_tokens(&self) -> KlarnaTokens<'_> {
        KlarnaTokens { client: self }
    }
}
impl KlarnaTokens<'_> {
    /// Begin the creation of a Klarna token for the logged-in customer.
    ///
    /// User mode. The token is made in the browser: send the user to `/payment/klarna/token/add` of the login server with the transaction's id as `transactionId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::KlarnaTokenRequest) -> mediaconnect::Result<()> {
    /// client.klarna_tokens().add(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_reported_failure`](Error::is_reported_failure) if upstream reports that the operation was not done.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn add(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::KlarnaTokenRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::PaymentTransaction> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::AddKlarnaToken::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("addKlarnaToken", 0)),
        }
    }
}
/// The operations of the group Nexi.
///
/// The Nexi subscriptions with which customers pay.
///
/// Get it from [`Client::nexi_subscriptions`].
#[derive(Clone, Copy, Debug)]
pub struct NexiSubscriptions<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Nexi.
    ///
    /// The Nexi subscriptions with which customers pay.
    #[must_use]
    pub fn nexi_subscriptions(&self) -> NexiSubscriptions<'_> {
        NexiSubscriptions { client: self }
    }
}
impl NexiSubscriptions<'_> {}
#[cfg(feature = "unverified")]
impl NexiSubscriptions<'_> {
    /// Begin the creation of a Nexi subscription for the logged-in customer.
    ///
    /// User mode. The subscription is made in the browser: send the user to `/payment/nexi/subscription/add` of the login server with the transaction's id as `transactionId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::NexiSubscriptionRequest) -> mediaconnect::Result<()> {
    /// client.nexi_subscriptions().add(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_reported_failure`](Error::is_reported_failure) if upstream reports that the operation was not done.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn add(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::NexiSubscriptionRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::PaymentTransaction> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::AddNexiSubscription::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("addNexiSubscription", 0))
            }
        }
    }
}
/// The operations of the group PayEx.
///
/// The cards by which customers pay with PayEx.
///
/// Get it from [`Client::payex_tokens`].
#[derive(Clone, Copy, Debug)]
pub struct PayexTokens<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group PayEx.
    ///
    /// The cards by which customers pay with PayEx.
    #[must_use]
    pub fn payex_tokens(&self) -> PayexTokens<'_> {
        PayexTokens { client: self }
    }
}
impl PayexTokens<'_> {
    /// List the PayEx tokens of the logged-in customer.
    ///
    /// User mode.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.payex_tokens().list(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn list(self, user: &UserToken) -> Call<$crate::types::PayExTokens> {
        self.client.as_user(user).call($crate::operations::ListPayExTokens::new())
    }
}
#[cfg(feature = "unverified")]
impl PayexTokens<'_> {
    /// Begin the creation of a PayEx token for the logged-in customer.
    ///
    /// User mode. The token is made in the browser: send the user to `/payment/payex/token/add` of the login server with the transaction's id as `transactionId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::PayExTokenRequest) -> mediaconnect::Result<()> {
    /// client.payex_tokens().add(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_reported_failure`](Error::is_reported_failure) if upstream reports that the operation was not done.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn add(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::PayExTokenRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::PaymentTransaction> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::AddPayExToken::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("addPayExToken", 0)),
        }
    }
}
/// The operations of the group Payment.
///
/// The methods by which customers pay for their products.
///
/// Get it from [`Client::payments`].
#[derive(Clone, Copy, Debug)]
pub struct Payments<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Payment.
    ///
    /// The methods by which customers pay for their products.
    #[must_use]
    pub fn payments(&self) -> Payments<'_> {
        Payments { client: self }
    }
}
impl Payments<'_> {
    /// Begin to change the payment method of the logged-in customer for a product.
    ///
    /// User mode. The change is made in the browser: send the user to `/paymentChange` of the login server with the change's id as `paymentChangeId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, product_code: mediaconnect_api::wire::ProductCode, body: mediaconnect_api::types::PaymentMethodRequest) -> mediaconnect::Result<()> {
    /// client.payments().change_method(&user, product_code, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn change_method(
        self,
        user: &UserToken,
        product_code: $crate::wire::ProductCode,
        body: impl TryInto<$crate::types::PaymentMethodRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::PaymentMethodChange> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call(
                        $crate::operations::ChangePaymentMethod::new(product_code, body),
                    )
            }
            Err(error) => {
                Call::failed(error.into().in_operation("changePaymentMethod", 0))
            }
        }
    }
}
#[cfg(feature = "unverified")]
impl Payments<'_> {
    /// List the payment methods of the logged-in customer for a product.
    ///
    /// User mode.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, product_code: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.payments().methods(&user, product_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn methods(
        self,
        user: &UserToken,
        product_code: $crate::wire::ProductCode,
    ) -> Call<$crate::types::PaymentMethods> {
        self.client
            .as_user(user)
            .call($crate::operations::ListPaymentMethods::new(product_code))
    }
}
/// The operations of the group Vipps.
///
/// The agreements by which customers pay with Vipps.
///
/// Get it from [`Client::vipps_agreements`].
#[derive(Clone, Copy, Debug)]
pub struct VippsAgreements<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Vipps.
    ///
    /// The agreements by which customers pay with Vipps.
    #[must_use]
    pub fn vipps_agreements(&self) -> VippsAgreements<'_> {
        VippsAgreements { client: self }
    }
}
impl VippsAgreements<'_> {
    /// List the Vipps agreements of the logged-in customer.
    ///
    /// User mode. Only agreements that are valid are listed.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.vipps_agreements().list(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn list(self, user: &UserToken) -> Call<$crate::types::VippsAgreements> {
        self.client.as_user(user).call($crate::operations::ListVippsAgreements::new())
    }
    /// Begin the creation of a Vipps agreement for the logged-in customer.
    ///
    /// User mode. The agreement is made in the browser: send the user to `/payment/vipps/agreement/add` of the login server with the transaction's id as `transactionId`, and with `clientId`, `returnUrl` and `errorUrl`. The user returns to `returnUrl` with one of the outcomes finished, cancelled, failed, unknown, initiated and error. Upstream does not document the name of the parameter with the outcome.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::VippsAgreementRequest) -> mediaconnect::Result<()> {
    /// client.vipps_agreements().add(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_reported_failure`](Error::is_reported_failure) if upstream reports that the operation was not done.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn add(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::VippsAgreementRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::PaymentTransaction> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::AddVippsAgreement::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("addVippsAgreement", 0)),
        }
    }
}
/// The operations of the group Consent.
///
/// Consents of customers, the texts of consents, and requests for private data.
///
/// Get it from [`Client::consents`].
#[derive(Clone, Copy, Debug)]
pub struct Consents<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Consent.
    ///
    /// Consents of customers, the texts of consents, and requests for private data.
    #[must_use]
    pub fn consents(&self) -> Consents<'_> {
        Consents { client: self }
    }
}
impl Consents<'_> {
    /// Request access to the private data of the logged-in customer.
    ///
    /// User mode. It only opens a case for the staff of the media house. The response contains no data.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::PrivateDataRequest) -> mediaconnect::Result<()> {
    /// client.consents().request_private_data(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_reported_failure`](Error::is_reported_failure) if upstream reports that the operation was not done.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn request_private_data(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::PrivateDataRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::PrivateDataCase> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::RequestPrivateData::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("requestPrivateData", 0))
            }
        }
    }
    /// List the consent events of a subject.
    ///
    /// Client mode. Each event is a consent that was given or withdrawn.
    ///
    /// Optional parameters are set with `client.call(ListConsentEvents::new(..).with_…(..))`: see [`ListConsentEvents`](crate::operations::ListConsentEvents).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, issuer: mediaconnect_api::types::ConsentIssuer, subject_type: mediaconnect_api::types::ConsentSubjectType, subject: mediaconnect_api::types::ConsentSubject) -> mediaconnect::Result<()> {
    /// client.consents().event_history(issuer, subject_type, subject).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn event_history(
        self,
        issuer: $crate::types::ConsentIssuer,
        subject_type: $crate::types::ConsentSubjectType,
        subject: $crate::types::ConsentSubject,
    ) -> Call<$crate::types::ConsentEventHistory> {
        self.client
            .call(
                $crate::operations::ListConsentEvents::new(
                    issuer,
                    subject_type,
                    subject,
                ),
            )
    }
    /// List all versions of the consent texts of an issuer.
    ///
    /// Client mode.
    ///
    /// Optional parameters are set with `client.call(ListConsentTextHistory::new(..).with_…(..))`: see [`ListConsentTextHistory`](crate::operations::ListConsentTextHistory).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, issuer: mediaconnect_api::types::ConsentIssuer) -> mediaconnect::Result<()> {
    /// client.consents().text_history(issuer).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn text_history(
        self,
        issuer: $crate::types::ConsentIssuer,
    ) -> Call<$crate::types::ConsentTextHistory> {
        self.client.call($crate::operations::ListConsentTextHistory::new(issuer))
    }
    /// List the consents of an issuer for the logged-in customer.
    ///
    /// User mode.
    ///
    /// Optional parameters are set with `client.as_user(&user).call(ListOwnConsents::new(..).with_…(..))`: see [`ListOwnConsents`](crate::operations::ListOwnConsents).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, issuer: mediaconnect_api::types::ConsentIssuer) -> mediaconnect::Result<()> {
    /// client.consents().own(&user, issuer).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own(
        self,
        user: &UserToken,
        issuer: $crate::types::ConsentIssuer,
    ) -> Call<$crate::types::ConsentList> {
        self.client.as_user(user).call($crate::operations::ListOwnConsents::new(issuer))
    }
    /// Register that a consent was given or withdrawn.
    ///
    /// Client mode. The consent is named by its id, or by target and scope. If all three are given, they must agree.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::ConsentEventRequest) -> mediaconnect::Result<()> {
    /// client.consents().register_event(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn register_event(
        self,
        body: impl TryInto<$crate::types::ConsentEventRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::RegisteredConsentEvent> {
        match body.try_into() {
            Ok(body) => {
                self.client.call($crate::operations::RegisterConsentEvent::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("registerConsentEvent", 0))
            }
        }
    }
}
#[cfg(feature = "unverified")]
impl Consents<'_> {
    /// List the consent texts of an issuer.
    ///
    /// Client mode. Only some members of a text are known. The path and the parameters are inferred from the operation that lists all versions of the texts.
    ///
    /// Optional parameters are set with `client.call(ListConsentTexts::new(..).with_…(..))`: see [`ListConsentTexts`](crate::operations::ListConsentTexts).
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, issuer: mediaconnect_api::types::ConsentIssuer) -> mediaconnect::Result<()> {
    /// client.consents().texts(issuer).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn texts(
        self,
        issuer: $crate::types::ConsentIssuer,
    ) -> Call<$crate::types::ConsentTexts> {
        self.client.call($crate::operations::ListConsentTexts::new(issuer))
    }
}
/// The operations of the group Permission/Shield.
///
/// The channels by which customers may or may not be contacted.
///
/// Get it from [`Client::permissions`].
#[derive(Clone, Copy, Debug)]
pub struct Permissions<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Permission/Shield.
    ///
    /// The channels by which customers may or may not be contacted.
    #[must_use]
    pub fn permissions(&self) -> Permissions<'_> {
        Permissions { client: self }
    }
}
impl Permissions<'_> {
    /// List the contact channels of the logged-in customer that have a state for all enterprises.
    ///
    /// User mode. No channel in this list has a permission. The channels cannot be changed.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.permissions().global(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn global(self, user: &UserToken) -> Call<$crate::types::ChannelPermissions> {
        self.client.as_user(user).call($crate::operations::ListGlobalPermissions::new())
    }
    /// List the contact channels that the logged-in customer has opened or closed to an enterprise.
    ///
    /// User mode.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, enterprise_code: mediaconnect_api::types::EnterpriseCode) -> mediaconnect::Result<()> {
    /// client.permissions().enterprise(&user, enterprise_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn enterprise(
        self,
        user: &UserToken,
        enterprise_code: $crate::types::EnterpriseCode,
    ) -> Call<$crate::types::ChannelPermissions> {
        self.client
            .as_user(user)
            .call($crate::operations::ListEnterprisePermissions::new(enterprise_code))
    }
}
#[cfg(feature = "unverified")]
impl Permissions<'_> {
    /// Change the contact channels that the logged-in customer opens or closes to an enterprise.
    ///
    /// User mode.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, enterprise_code: mediaconnect_api::types::EnterpriseCode, body: mediaconnect_api::types::ChannelPermissionsRequest) -> mediaconnect::Result<()> {
    /// client.permissions().change_enterprise(&user, enterprise_code, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn change_enterprise(
        self,
        user: &UserToken,
        enterprise_code: $crate::types::EnterpriseCode,
        body: impl TryInto<$crate::types::ChannelPermissionsRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::ChannelPermissions> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call(
                        $crate::operations::ChangeEnterprisePermissions::new(
                            enterprise_code,
                            body,
                        ),
                    )
            }
            Err(error) => {
                Call::failed(error.into().in_operation("changeEnterprisePermissions", 0))
            }
        }
    }
    /// List the contact channels that the logged-in customer has opened or closed to an enterprise for an order type.
    ///
    /// User mode.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, enterprise_code: mediaconnect_api::types::EnterpriseCode, order_type: mediaconnect_api::types::OrderType) -> mediaconnect::Result<()> {
    /// client.permissions().order_type(&user, enterprise_code, order_type).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn order_type(
        self,
        user: &UserToken,
        enterprise_code: $crate::types::EnterpriseCode,
        order_type: $crate::types::OrderType,
    ) -> Call<$crate::types::ChannelPermissions> {
        self.client
            .as_user(user)
            .call(
                $crate::operations::ListOrderTypePermissions::new(
                    enterprise_code,
                    order_type,
                ),
            )
    }
    /// Change the contact channels that the logged-in customer opens or closes to an enterprise for an order type.
    ///
    /// User mode.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, enterprise_code: mediaconnect_api::types::EnterpriseCode, order_type: mediaconnect_api::types::OrderType, body: mediaconnect_api::types::ChannelPermissionsRequest) -> mediaconnect::Result<()> {
    /// client.permissions().change_order_type(&user, enterprise_code, order_type, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn change_order_type(
        self,
        user: &UserToken,
        enterprise_code: $crate::types::EnterpriseCode,
        order_type: $crate::types::OrderType,
        body: impl TryInto<$crate::types::ChannelPermissionsRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::ChannelPermissions> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call(
                        $crate::operations::ChangeOrderTypePermissions::new(
                            enterprise_code,
                            order_type,
                            body,
                        ),
                    )
            }
            Err(error) => {
                Call::failed(error.into().in_operation("changeOrderTypePermissions", 0))
            }
        }
    }
}
/// The operations of the group Privacy.
///
/// The purposes for which customers may be contacted.
///
/// Get it from [`Client::privacy`].
#[derive(Clone, Copy, Debug)]
pub struct Privacy<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Privacy.
    ///
    /// The purposes for which customers may be contacted.
    #[must_use]
    pub fn privacy(&self) -> Privacy<'_> {
        Privacy { client: self }
    }
}
impl Privacy<'_> {
    /// List the purposes that the logged-in customer permits to an enterprise.
    ///
    /// User mode.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, enterprise_code: mediaconnect_api::types::EnterpriseCode) -> mediaconnect::Result<()> {
    /// client.privacy().enterprise(&user, enterprise_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn enterprise(
        self,
        user: &UserToken,
        enterprise_code: $crate::types::EnterpriseCode,
    ) -> Call<$crate::types::PrivacyPermissions> {
        self.client
            .as_user(user)
            .call($crate::operations::ListEnterprisePrivacy::new(enterprise_code))
    }
    /// Change the purposes that the logged-in customer permits to an enterprise.
    ///
    /// User mode. The response has the purposes as they were sent.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, enterprise_code: mediaconnect_api::types::EnterpriseCode, body: mediaconnect_api::types::PrivacyChangeRequest) -> mediaconnect::Result<()> {
    /// client.privacy().change_enterprise(&user, enterprise_code, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn change_enterprise(
        self,
        user: &UserToken,
        enterprise_code: $crate::types::EnterpriseCode,
        body: impl TryInto<$crate::types::PrivacyChangeRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::PrivacyPermissions> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call(
                        $crate::operations::ChangeEnterprisePrivacy::new(
                            enterprise_code,
                            body,
                        ),
                    )
            }
            Err(error) => {
                Call::failed(error.into().in_operation("changeEnterprisePrivacy", 0))
            }
        }
    }
}
#[cfg(feature = "unverified")]
impl Privacy<'_> {
    /// List the purposes that the logged-in customer permits to an enterprise for an order type.
    ///
    /// User mode.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, enterprise_code: mediaconnect_api::types::EnterpriseCode, order_type: mediaconnect_api::types::OrderType) -> mediaconnect::Result<()> {
    /// client.privacy().order_type(&user, enterprise_code, order_type).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn order_type(
        self,
        user: &UserToken,
        enterprise_code: $crate::types::EnterpriseCode,
        order_type: $crate::types::OrderType,
    ) -> Call<$crate::types::PrivacyPermissions> {
        self.client
            .as_user(user)
            .call(
                $crate::operations::ListOrderTypePrivacy::new(
                    enterprise_code,
                    order_type,
                ),
            )
    }
    /// Change the purposes that the logged-in customer permits to an enterprise for an order type.
    ///
    /// User mode. The response has the purposes as they were sent.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, enterprise_code: mediaconnect_api::types::EnterpriseCode, order_type: mediaconnect_api::types::OrderType, body: mediaconnect_api::types::PrivacyChangeRequest) -> mediaconnect::Result<()> {
    /// client.privacy().change_order_type(&user, enterprise_code, order_type, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn change_order_type(
        self,
        user: &UserToken,
        enterprise_code: $crate::types::EnterpriseCode,
        order_type: $crate::types::OrderType,
        body: impl TryInto<$crate::types::PrivacyChangeRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::PrivacyPermissions> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call(
                        $crate::operations::ChangeOrderTypePrivacy::new(
                            enterprise_code,
                            order_type,
                            body,
                        ),
                    )
            }
            Err(error) => {
                Call::failed(error.into().in_operation("changeOrderTypePrivacy", 0))
            }
        }
    }
}
/// The operations of the group Complaint.
///
/// Issues that did not arrive.
///
/// Get it from [`Client::complaints`].
#[derive(Clone, Copy, Debug)]
pub struct Complaints<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Complaint.
    ///
    /// Issues that did not arrive.
    #[must_use]
    pub fn complaints(&self) -> Complaints<'_> {
        Complaints { client: self }
    }
}
impl Complaints<'_> {
    /// Complain about an issue for the logged-in user.
    ///
    /// User mode. The response has the complaints of the product, and a list of actions.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::ComplaintRequest) -> mediaconnect::Result<()> {
    /// client.complaints().register(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn register(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::ComplaintRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::ComplaintList> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::RegisterComplaint::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("registerComplaint", 0)),
        }
    }
    /// List the complaints of the logged-in user about a product.
    ///
    /// User mode. The response also has a list of actions.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, product: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.complaints().of_product(&user, product).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn of_product(
        self,
        user: &UserToken,
        product: $crate::wire::ProductCode,
    ) -> Call<$crate::types::ComplaintList> {
        self.client.as_user(user).call($crate::operations::ListComplaints::new(product))
    }
}
/// The operations of the group DeliveryStop.
///
/// Periods without delivery of a product.
///
/// Get it from [`Client::delivery_stops`].
#[derive(Clone, Copy, Debug)]
pub struct DeliveryStops<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group DeliveryStop.
    ///
    /// Periods without delivery of a product.
    #[must_use]
    pub fn delivery_stops(&self) -> DeliveryStops<'_> {
        DeliveryStops { client: self }
    }
}
impl DeliveryStops<'_> {
    /// List the delivery stops of the logged-in user for a product.
    ///
    /// User mode.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, product_code: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.delivery_stops().own(&user, product_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own(
        self,
        user: &UserToken,
        product_code: $crate::wire::ProductCode,
    ) -> Call<$crate::types::DeliveryStopList> {
        self.client
            .as_user(user)
            .call($crate::operations::ListOwnDeliveryStops::new(product_code))
    }
    /// Stop the delivery of a product to the logged-in user.
    ///
    /// User mode. The response lists the delivery stops.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::DeliveryStopRequest) -> mediaconnect::Result<()> {
    /// client.delivery_stops().register(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn register(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::DeliveryStopRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::DeliveryStopList> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::RegisterDeliveryStop::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("registerDeliveryStop", 0))
            }
        }
    }
    /// Remove a delivery stop of the logged-in user.
    ///
    /// User mode. Only a stop that has not begun can be removed. The response lists those that remain.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, id: i64) -> mediaconnect::Result<()> {
    /// client.delivery_stops().remove(&user, id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn remove(
        self,
        user: &UserToken,
        id: i64,
    ) -> Call<$crate::types::DeliveryStopList> {
        self.client.as_user(user).call($crate::operations::RemoveDeliveryStop::new(id))
    }
}
/// The operations of the group Issue.
///
/// The issues of papers and magazines.
///
/// Get it from [`Client::issues`].
#[derive(Clone, Copy, Debug)]
pub struct Issues<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Issue.
    ///
    /// The issues of papers and magazines.
    #[must_use]
    pub fn issues(&self) -> Issues<'_> {
        Issues { client: self }
    }
}
impl Issues<'_> {
    /// List the issues of a product that were sent to the logged-in user.
    ///
    /// User mode.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, product_code: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.issues().own_distributed(&user, product_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own_distributed(
        self,
        user: &UserToken,
        product_code: $crate::wire::ProductCode,
    ) -> Call<$crate::types::DistributedIssueList> {
        self.client
            .as_user(user)
            .call($crate::operations::ListOwnDistributedIssues::new(product_code))
    }
    /// List the issues of a product.
    ///
    /// Client mode. Without `from` and `to`, upstream lists one year from now, and all issues of a series product. With only `from`, it lists the year from that day. With only `to`, it lists the year before that day.
    ///
    /// Optional parameters are set with `client.call(ListIssuesOfProduct::new(..).with_…(..))`: see [`ListIssuesOfProduct`](crate::operations::ListIssuesOfProduct).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, product_id: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.issues().of_product(product_id).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn of_product(
        self,
        product_id: $crate::wire::ProductCode,
    ) -> Call<$crate::types::ProductIssueList> {
        self.client.call($crate::operations::ListIssuesOfProduct::new(product_id))
    }
}
/// The operations of the group Product.
///
/// The products that the media house sells.
///
/// Get it from [`Client::products`].
#[derive(Clone, Copy, Debug)]
pub struct Products<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Product.
    ///
    /// The products that the media house sells.
    #[must_use]
    pub fn products(&self) -> Products<'_> {
        Products { client: self }
    }
}
impl Products<'_> {
    /// List the products.
    ///
    /// Client mode.
    ///
    /// Optional parameters are set with `client.call(ListProducts::new(..).with_…(..))`: see [`ListProducts`](crate::operations::ListProducts).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client) -> mediaconnect::Result<()> {
    /// client.products().list().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return.
    #[inline]
    pub fn list(self) -> Call<$crate::types::ProductList> {
        self.client.call($crate::operations::ListProducts::new())
    }
    /// List the products that match a filter.
    ///
    /// Client mode.
    ///
    /// Optional parameters are set with `client.call(FilterProducts::new(..).with_…(..))`: see [`FilterProducts`](crate::operations::FilterProducts).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::ProductFilterRequest) -> mediaconnect::Result<()> {
    /// client.products().filter(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn filter(
        self,
        body: impl TryInto<$crate::types::ProductFilterRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::ProductList> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::FilterProducts::new(body)),
            Err(error) => Call::failed(error.into().in_operation("filterProducts", 0)),
        }
    }
    /// List the products of a type.
    ///
    /// Client mode.
    ///
    /// Optional parameters are set with `client.call(ListProductsOfType::new(..).with_…(..))`: see [`ListProductsOfType`](crate::operations::ListProductsOfType).
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, product_type: ::std::string::String) -> mediaconnect::Result<()> {
    /// client.products().of_type(product_type).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn of_type(
        self,
        product_type: ::std::string::String,
    ) -> Call<$crate::types::ProductList> {
        self.client.call($crate::operations::ListProductsOfType::new(product_type))
    }
}
/// The operations of the group Sharing.
///
/// Subscriptions that customers share with others.
///
/// Get it from [`Client::sharing`].
#[derive(Clone, Copy, Debug)]
pub struct Sharing<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Sharing.
    ///
    /// Subscriptions that customers share with others.
    #[must_use]
    pub fn sharing(&self) -> Sharing<'_> {
        Sharing { client: self }
    }
}
impl Sharing<'_> {
    /// Invite someone to share a subscription of the logged-in user.
    ///
    /// User mode. Upstream reports a failure with a success status of HTTP. Check the status in the body.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::ShareInvitationRequest) -> mediaconnect::Result<()> {
    /// client.sharing().invite(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn invite(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::ShareInvitationRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::ShareResult> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::SendShareInvitation::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("sendShareInvitation", 0))
            }
        }
    }
    /// Decline an invitation to share a subscription.
    ///
    /// Client mode. Upstream reports a failure with a success status of HTTP. Check the status in the body. Its values are documented for invitations only. Upstream's sample of this response has `5`, which is none of them, so do not treat an unknown status as a failure.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::ShareDeclineRequest) -> mediaconnect::Result<()> {
    /// client.sharing().decline(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn decline(
        self,
        body: impl TryInto<$crate::types::ShareDeclineRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::ShareResult> {
        match body.try_into() {
            Ok(body) => {
                self.client.call($crate::operations::DeclineShareInvitation::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("declineShareInvitation", 0))
            }
        }
    }
    /// Cancel the sharing of a subscription.
    ///
    /// User mode. Upstream reports a failure with a success status of HTTP. Check the status in the body. Its values are documented for invitations only; upstream's sample of this response has `SHARING_ENDED`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::ShareCancelRequest) -> mediaconnect::Result<()> {
    /// client.sharing().cancel(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn cancel(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::ShareCancelRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::ShareResult> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::CancelSharing::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("cancelSharing", 0)),
        }
    }
    /// List the sharing rules of a product.
    ///
    /// User mode.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, product_code: mediaconnect_api::wire::ProductCode) -> mediaconnect::Result<()> {
    /// client.sharing().rules(&user, product_code).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn rules(
        self,
        user: &UserToken,
        product_code: $crate::wire::ProductCode,
    ) -> Call<$crate::types::ShareRuleList> {
        self.client
            .as_user(user)
            .call($crate::operations::ListShareRules::new(product_code))
    }
}
#[cfg(feature = "unverified")]
impl Sharing<'_> {
    /// Accept an invitation to share a subscription.
    ///
    /// User mode. Upstream reports a failure with a success status of HTTP. Check the status in the body. Its values are documented for invitations only; upstream's sample of this response has `SHARE_OK`.
    ///
    /// Part of this operation, such as its path, is inferred. It therefore needs the feature `unverified`.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::ShareAcceptRequest) -> mediaconnect::Result<()> {
    /// client.sharing().accept(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn accept(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::ShareAcceptRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::ShareResult> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::AcceptShareInvitation::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("acceptShareInvitation", 0))
            }
        }
    }
}
/// The operations of the group Subscription.
///
/// The subscriptions of customers.
///
/// Get it from [`Client::subscriptions`].
#[derive(Clone, Copy, Debug)]
pub struct Subscriptions<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Subscription.
    ///
    /// The subscriptions of customers.
    #[must_use]
    pub fn subscriptions(&self) -> Subscriptions<'_> {
        Subscriptions { client: self }
    }
}
impl Subscriptions<'_> {
    /// List the subscriptions of the logged-in user.
    ///
    /// User mode. The list may be empty. According to third-party clients, a start is 00:00:00 of the first day, and stays the same while the subscription is paid. An end is 23:59:59 of the last paid day, or of the publication day of the last received issue, whichever is later.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.subscriptions().own(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own(self, user: &UserToken) -> Call<$crate::types::SubscriptionList> {
        self.client.as_user(user).call($crate::operations::ListOwnSubscriptions::new())
    }
    /// Start a subscription for the logged-in user.
    ///
    /// User mode. Upstream does not document the required fields. Check the status in the response; only OK is known.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::SubscriptionRequest) -> mediaconnect::Result<()> {
    /// client.subscriptions().start(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn start(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::SubscriptionRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::SubscriptionStart> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::StartSubscription::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("startSubscription", 0)),
        }
    }
    /// List the subscriptions of a customer.
    ///
    /// Client mode. The list may be empty. According to third-party clients, a start is 00:00:00 of the first day, and stays the same while the subscription is paid. An end is 23:59:59 of the last paid day, or of the publication day of the last received issue, whichever is later.
    ///
    /// Part of this operation, such as its path, is known only from third-party clients.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, customer_number: mediaconnect_api::wire::CustomerNumber) -> mediaconnect::Result<()> {
    /// client.subscriptions().list(customer_number).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_not_found`](Error::is_not_found): Upstream documents this status, but not whether it also stands for a customer without subscriptions.
    #[inline]
    pub fn list(
        self,
        customer_number: $crate::wire::CustomerNumber,
    ) -> Call<$crate::types::SubscriptionList> {
        self.client.call($crate::operations::ListSubscriptions::new(customer_number))
    }
}
/// The operations of the group Recruitment.
///
/// Customers who recruit others.
///
/// Get it from [`Client::recruitments`].
#[derive(Clone, Copy, Debug)]
pub struct Recruitments<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Recruitment.
    ///
    /// Customers who recruit others.
    #[must_use]
    pub fn recruitments(&self) -> Recruitments<'_> {
        Recruitments { client: self }
    }
}
impl Recruitments<'_> {
    /// Register the people that a customer has recruited.
    ///
    /// Client mode.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::RecruitmentRequest) -> mediaconnect::Result<()> {
    /// client.recruitments().register(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn register(
        self,
        body: impl TryInto<$crate::types::RecruitmentRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::RecruitmentStatus> {
        match body.try_into() {
            Ok(body) => {
                self.client.call($crate::operations::RegisterRecruitment::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("registerRecruitment", 0))
            }
        }
    }
}
/// The operations of the group Access.
///
/// Checks of access to content.
///
/// Get it from [`Client::access`].
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Access.
    ///
    /// Checks of access to content.
    #[must_use]
    pub fn access(&self) -> Access<'_> {
        Access { client: self }
    }
}
impl Access<'_> {
    /// Check what the logged-in user may read.
    ///
    /// User mode. All given fields must match. A check of anything except the IP address also needs the user's id or credential. A refusal is a normal response: `access` is false.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::AccessRequest) -> mediaconnect::Result<()> {
    /// client.access().check_own(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn check_own(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::AccessRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::AccessResult> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::CheckOwnAccess::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("checkOwnAccess", 0)),
        }
    }
    /// Check what a user may read.
    ///
    /// Client mode. All given fields must match. A check of anything except the IP address also needs the user's id or credential. A refusal is a normal response: `access` is false.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::AccessRequest) -> mediaconnect::Result<()> {
    /// client.access().check(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    #[inline]
    pub fn check(
        self,
        body: impl TryInto<$crate::types::AccessRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::AccessResult> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::CheckAccess::new(body)),
            Err(error) => Call::failed(error.into().in_operation("checkAccess", 0)),
        }
    }
}
/// The operations of the group Metadata.
///
/// The data that a client stores about a user.
///
/// Get it from [`Client::metadata`].
#[derive(Clone, Copy, Debug)]
pub struct Metadata<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Metadata.
    ///
    /// The data that a client stores about a user.
    #[must_use]
    pub fn metadata(&self) -> Metadata<'_> {
        Metadata { client: self }
    }
}
impl Metadata<'_> {
    /// Look up the metadata of the logged-in user.
    ///
    /// User mode. Each client has its own object for each user.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.metadata().own(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own(self, user: &UserToken) -> Call<$crate::wire::Map<::serde_json::Value>> {
        self.client.as_user(user).call($crate::operations::GetOwnMetadata::new())
    }
    /// Replace the metadata of the logged-in user.
    ///
    /// User mode. The whole object is replaced, and fields that are left out are removed. The response has the new object.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::wire::Map<::serde_json::Value>) -> mediaconnect::Result<()> {
    /// client.metadata().replace_own(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn replace_own(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::wire::Map<::serde_json::Value>, Error: Into<Error>>,
    ) -> Call<$crate::wire::Map<::serde_json::Value>> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::ReplaceOwnMetadata::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("replaceOwnMetadata", 0))
            }
        }
    }
    /// Remove the metadata of the logged-in user.
    ///
    /// User mode. The response has an object; upstream does not document if it is the old object or an empty one.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.metadata().remove_own(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn remove_own(
        self,
        user: &UserToken,
    ) -> Call<$crate::wire::Map<::serde_json::Value>> {
        self.client.as_user(user).call($crate::operations::RemoveOwnMetadata::new())
    }
}
/// The operations of the group Profile.
///
/// The profile of the logged-in user.
///
/// Get it from [`Client::profiles`].
#[derive(Clone, Copy, Debug)]
pub struct Profiles<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Profile.
    ///
    /// The profile of the logged-in user.
    #[must_use]
    pub fn profiles(&self) -> Profiles<'_> {
        Profiles { client: self }
    }
}
impl Profiles<'_> {
    /// Look up the profile of the logged-in user.
    ///
    /// User mode. The token identifies the user, so there is no parameter.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.profiles().own(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own(self, user: &UserToken) -> Call<$crate::types::UserProfile> {
        self.client.as_user(user).call($crate::operations::GetOwnProfile::new())
    }
    /// List the profiles of the logged-in user at other services.
    ///
    /// User mode. The token identifies the user, so there is no parameter.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.profiles().own_external(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own_external(
        self,
        user: &UserToken,
    ) -> Call<$crate::types::ExternalProfileList> {
        self.client
            .as_user(user)
            .call($crate::operations::ListOwnExternalProfiles::new())
    }
}
/// The operations of the group External Identity.
///
/// Users that another system has authenticated.
///
/// Get it from [`Client::external_identities`].
#[derive(Clone, Copy, Debug)]
pub struct ExternalIdentities<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group External Identity.
    ///
    /// Users that another system has authenticated.
    #[must_use]
    pub fn external_identities(&self) -> ExternalIdentities<'_> {
        ExternalIdentities { client: self }
    }
}
impl ExternalIdentities<'_> {
    /// Register a user of another system.
    ///
    /// Client mode. The first call for an id creates the user. The code in the response can be exchanged for a token of the user.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::ExternalIdentityRequest) -> mediaconnect::Result<()> {
    /// client.external_identities().register(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn register(
        self,
        body: impl TryInto<$crate::types::ExternalIdentityRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::ExternalIdentity> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .call($crate::operations::RegisterExternalIdentity::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("registerExternalIdentity", 0))
            }
        }
    }
    /// Link a user of another system to a customer number.
    ///
    /// Client mode. The response names the customer only when the user was linked before.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::ExternalIdentityLinkRequest) -> mediaconnect::Result<()> {
    /// client.external_identities().link_customer(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn link_customer(
        self,
        body: impl TryInto<
            $crate::types::ExternalIdentityLinkRequest,
            Error: Into<Error>,
        >,
    ) -> Call<$crate::types::ExternalIdentity> {
        match body.try_into() {
            Ok(body) => {
                self.client.call($crate::operations::LinkExternalIdentity::new(body))
            }
            Err(error) => {
                Call::failed(error.into().in_operation("linkExternalIdentity", 0))
            }
        }
    }
}
/// The operations of the group Message.
///
/// Messages between customers and the media house.
///
/// Get it from [`Client::messages`].
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Message.
    ///
    /// Messages between customers and the media house.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        Messages { client: self }
    }
}
impl Messages<'_> {
    /// List the messages of the logged-in user.
    ///
    /// User mode. A message and its answer have the same id.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken) -> mediaconnect::Result<()> {
    /// client.messages().own(&user).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    #[inline]
    pub fn own(self, user: &UserToken) -> Call<$crate::types::MessageList> {
        self.client.as_user(user).call($crate::operations::ListOwnMessages::new())
    }
    /// Send a message from the logged-in user to the media house.
    ///
    /// User mode. The response lists the messages of the user.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, user: mediaconnect::UserToken, body: mediaconnect_api::types::MessageRequest) -> mediaconnect::Result<()> {
    /// client.messages().send_own(&user, body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_auth`](Error::is_auth) if the user's token has expired.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn send_own(
        self,
        user: &UserToken,
        body: impl TryInto<$crate::types::MessageRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::MessageList> {
        match body.try_into() {
            Ok(body) => {
                self.client
                    .as_user(user)
                    .call($crate::operations::SendOwnMessage::new(body))
            }
            Err(error) => Call::failed(error.into().in_operation("sendOwnMessage", 0)),
        }
    }
}
/// The operations of the group Stock.
///
/// The stock of products.
///
/// Get it from [`Client::stocks`].
#[derive(Clone, Copy, Debug)]
pub struct Stocks<'a> {
    pub(crate) client: &'a Client,
}
impl Client {
    /// Returns the operations of the group Stock.
    ///
    /// The stock of products.
    #[must_use]
    pub fn stocks(&self) -> Stocks<'_> {
        Stocks { client: self }
    }
}
impl Stocks<'_> {
    /// Change the stock of products.
    ///
    /// Client mode. Upstream does not document the fields of an update.
    ///
    /// ```no_run
    /// # async fn example(client: mediaconnect::Client, body: mediaconnect_api::types::StockChangeRequest) -> mediaconnect::Result<()> {
    /// client.stocks().change(body).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors that every call can return, and:
    /// - [`is_invalid_input`](Error::is_invalid_input) if a value breaks a rule of the contract. Nothing is sent.
    /// - [`is_outcome_unknown`](Error::is_outcome_unknown) if upstream may or may not have done the operation.
    #[inline]
    pub fn change(
        self,
        body: impl TryInto<$crate::types::StockChangeRequest, Error: Into<Error>>,
    ) -> Call<$crate::types::StockChange> {
        match body.try_into() {
            Ok(body) => self.client.call($crate::operations::ChangeStocks::new(body)),
            Err(error) => Call::failed(error.into().in_operation("changeStocks", 0)),
        }
    }
}
};
}
