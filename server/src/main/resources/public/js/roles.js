/** What a member of a group may be, in the order in which they are listed. */
export const ROLES = ["owner", "admin", "member"];

/** Whether that role may change what a group is called and who is in it, and delete what others said there. */
export function managesGroup(role) {
  return role === "owner" || role === "admin";
}

/** Whether `myRole` may change a member. Nobody touches the owner, nor the own role. */
export function managesMember(myRole, { role, isMe }) {
  return managesGroup(myRole) && role !== "owner" && !isMe;
}
